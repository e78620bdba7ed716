// Gives the boxes that search records the name of their field, which the widget itself leaves out.
function nameBoxes(within) {
  for (const select of within.querySelectorAll("select.admin-autocomplete")) {
    const label = select.form?.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.parentElement.querySelector(".select2-container");
    if (!label || !box) continue;
    label.id ||= `${select.id}_label`;
    const shown = box.querySelector(".select2-selection__rendered");
    if (shown?.id) shown.setAttribute("aria-labelledby", label.id);
    for (const field of box.querySelectorAll("[role=combobox], [role=searchbox], input")) {
      field.setAttribute("aria-labelledby", shown?.id ? `${label.id} ${shown.id}` : label.id);
    }
  }
}

// The widget is made after this module has run, so the naming waits for its turn.
const soon = (within) => setTimeout(nameBoxes, 0, within);
window.addEventListener("load", () => soon(document));
document.addEventListener("formset:added", (event) => soon(event.target));
