// <label class="ak-upload"> with a file input: takes dropped files; a <progress> in the form shows the upload.
const zone = (event) => event.target.closest?.(".ak-upload");

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const target = zone(event);
    if (!target) return;
    event.preventDefault();
    target.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const input = target.querySelector("[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});
