// <button data-large-type>: remembers 长辈版 in a cookie for a year; the server renders the page by it.
const YEAR = 365 * 24 * 3600;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-large-type]")) return;
  const isLarge = /(?:^|; )large=1/.test(document.cookie);
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `large=${isLarge ? 0 : 1}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  location.reload();
});
