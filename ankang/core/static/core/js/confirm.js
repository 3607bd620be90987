// <form data-confirm="问题？">: asks in a dialog first, for plain and HTMX forms alike.
const agreed = new WeakSet();

async function ask(question) {
  const template = document.getElementById("confirm-dialog");
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("h2").textContent = question;
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  return dialog.returnValue === "yes";
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || agreed.delete(form)) return;
    const { submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(question))) return;
    agreed.add(form);
    form.requestSubmit(submitter);
  },
  true,
);
