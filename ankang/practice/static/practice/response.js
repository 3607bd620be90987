/** What the form of a question says; null while it is not answered. */
export function responseOf(form) {
  const read = READERS[form.dataset.kind] ?? chosen;
  return read(form);
}

function chosen(form) {
  const places = [...form.querySelectorAll("input[name=chosen]:checked")].map((input) => Number(input.value));
  return places.length > 0 ? places : null;
}

function blanks(form) {
  const texts = [...form.querySelectorAll("input[name=blank]")].map((input) => input.value.trim());
  return texts.every((text) => text) ? texts : null;
}

function steps(form) {
  return form.querySelector("order-steps").response;
}

function taps(form) {
  const made = form.querySelector("hazard-picture").taps;
  return made.length > 0 ? made : null;
}

const READERS = { fill_in: blanks, ordering: steps, hazard: taps };
