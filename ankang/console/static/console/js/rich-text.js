// <rich-text> around a <textarea> of HTML: the same text, written as it will look. The server cleans it again.
const KEPT = new Set("H2 H3 H4 P BR HR BLOCKQUOTE UL OL LI STRONG B EM I U S A IMG TABLE CAPTION THEAD TBODY TR TH TD".split(" "));
const DROPPED = new Set(["SCRIPT", "STYLE", "TITLE", "META", "LINK", "IFRAME", "OBJECT", "SVG"]);
const ATTRIBUTES = { A: ["href"], IMG: ["src", "alt"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan"] };
const TOOLS = [
  ["bold", null, "粗", "粗体"],
  ["formatBlock", "h2", "标题", "大标题"],
  ["formatBlock", "h3", "小标题", "小标题"],
  ["formatBlock", "p", "正文", "正文段落"],
  ["insertUnorderedList", null, "• 列表", "项目列表"],
  ["insertOrderedList", null, "1. 列表", "编号列表"],
  ["formatBlock", "blockquote", "引用", "引用"],
  ["createLink", null, "链接", "加链接"],
  ["removeFormat", null, "清格式", "清除格式"],
  ["undo", null, "撤销", "撤销"],
];

/** Pasted or stored markup with only what we keep; runs nothing, loads nothing. */
export function keptMarkup(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const element of [...body.querySelectorAll("*")]) {
    if (DROPPED.has(element.tagName.toUpperCase())) {
      element.remove();
      continue;
    }
    for (const { name } of [...element.attributes]) {
      if (!ATTRIBUTES[element.tagName]?.includes(name)) element.removeAttribute(name);
    }
    if (/^\s*(javascript|data|vbscript):/i.test(element.getAttribute("href") ?? "")) element.removeAttribute("href");
    if (element.tagName === "DIV") {
      const paragraph = document.createElement("p");
      paragraph.append(...element.childNodes);
      element.replaceWith(paragraph);
    } else if (!KEPT.has(element.tagName)) {
      element.replaceWith(...element.childNodes);
    }
  }
  return body.innerHTML;
}

class RichText extends HTMLElement {
  connectedCallback() {
    this.source = this.querySelector("textarea");
    if (!this.source || this.area) return;
    this.area = document.createElement("div");
    this.area.className = "form-control ak-prose ak-write";
    this.area.contentEditable = "true";
    this.area.setAttribute("role", "textbox");
    this.area.setAttribute("aria-multiline", "true");
    const label = this.querySelector("label");
    label.id ||= `${this.source.id}_label`;
    this.area.setAttribute("aria-labelledby", label.id);
    this.area.innerHTML = keptMarkup(this.source.value);
    this.source.hidden = true;
    this.source.before(this.toolbar(), this.area);
    document.execCommand("defaultParagraphSeparator", false, "p");
    document.execCommand("styleWithCSS", false, "false");
    this.area.addEventListener("paste", (event) => this.paste(event));
    this.area.addEventListener("input", () => this.save());
    label.addEventListener("click", () => this.area.focus());
    this.source.form.addEventListener("submit", () => this.save());
  }

  toolbar() {
    const bar = document.createElement("div");
    bar.className = "d-flex flex-wrap gap-1 mb-2";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "排版");
    for (const [command, value, text, title] of TOOLS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = text;
      button.title = title;
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.run(command, value));
      bar.append(button);
    }
    return bar;
  }

  run(command, value) {
    this.area.focus();
    const given = command === "createLink" ? window.prompt("链接地址（https://…）", "https://") : value;
    if (command === "createLink" && !/^https?:\/\/./.test(given ?? "")) return;
    document.execCommand(command, false, command === "formatBlock" ? `<${given}>` : given);
    this.save();
  }

  paste(event) {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    event.preventDefault();
    document.execCommand("insertHTML", false, keptMarkup(html));
  }

  save() {
    this.source.value = keptMarkup(this.area.innerHTML);
  }
}

customElements.define("rich-text", RichText);
