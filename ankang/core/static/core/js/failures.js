// A request that failed without an answer for the person: one sentence in #alerts.
function say(sentence) {
  const alerts = document.getElementById("alerts");
  const template = document.getElementById("request-failed");
  if (!alerts || !template) return;
  const note = template.content.firstElementChild.cloneNode(true);
  note.querySelector("p").textContent = sentence;
  alerts.replaceChildren(note);
  alerts.scrollIntoView({ block: "nearest" });
}

export function sentenceFor(status) {
  if (status === 403) return "没有办成：登录已过期，或没有这项权限。请刷新页面再试。";
  if (status === 404) return "没有办成：这一条已经不在了。请刷新页面。";
  if (status === 413) return "没有办成：文件太大。";
  if (status === 429) return "没有办成：操作太快，请过一会儿再试。";
  return "没有办成：系统出错了，已记录。请稍后再试。";
}

document.addEventListener("htmx:responseError", (event) => say(sentenceFor(event.detail.xhr.status)));
document.addEventListener("htmx:sendError", () => say("没有连上网络，请检查后再试。"));

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "alerts") event.detail.target.scrollIntoView({ block: "nearest" });
});
