// <button data-print>: prints the page. Paper cannot be unfolded, so what is folded in the
// page is printed open, and folded again after.
let folded = [];

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open], .ak-drop)")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
  folded = [];
});
