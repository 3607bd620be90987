/** What a key means in a question: a number or letter chooses, arrows move, Enter goes on. */
export function meaningOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  const isTyping = /^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.type === "text";
  if (event.key === "Enter") {
    const hasOwnUse = /^(BUTTON|A|SUMMARY|SELECT|TEXTAREA)$/.test(event.target.tagName);
    return hasOwnUse ? null : { act: "go-on" };
  }
  if (isTyping) return null;
  if (/^[1-8]$/.test(event.key)) return { act: "choose", place: Number(event.key) - 1 };
  if (/^[a-h]$/i.test(event.key)) return { act: "choose", place: event.key.toLowerCase().charCodeAt(0) - 97 };
  if (event.key === "ArrowDown") return { act: "move", by: 1 };
  if (event.key === "ArrowUp") return { act: "move", by: -1 };
  return null;
}
