// <button data-copy="text"> or <button data-copy-from="id">: copies, and says so on the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy],[data-copy-from]");
  if (!button) return;
  const text = button.dataset.copy ?? document.getElementById(button.dataset.copyFrom).textContent.trim();
  await navigator.clipboard.writeText(text);
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = "已复制";
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
});
