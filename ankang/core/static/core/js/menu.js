// <button data-menu aria-controls="id"> opens and closes; an open <details class="ak-drop"> closes on Escape or a click elsewhere.
function toggle(button) {
  const isOpen = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("show");
  button.setAttribute("aria-expanded", String(isOpen));
}

function closeDrops(except) {
  for (const drop of document.querySelectorAll("details.ak-drop[open]")) {
    if (drop !== except) drop.open = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  if (button) toggle(button);
  closeDrops(event.target.closest("details.ak-drop"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const drop = document.activeElement?.closest("details.ak-drop[open]");
  closeDrops();
  drop?.querySelector("summary").focus();
});
