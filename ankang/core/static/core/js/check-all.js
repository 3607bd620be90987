// data-check-all="name" and data-check-none="name": tick all boxes of the form, or none.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-check-all], [data-check-none]");
  if (!button) return;
  const name = button.dataset.checkAll ?? button.dataset.checkNone;
  for (const box of button.form.querySelectorAll(`input[type="checkbox"][name="${name}"]`)) {
    box.checked = button.dataset.checkAll !== undefined;
  }
});
