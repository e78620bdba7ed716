// Rubrics stand open beside their grade; where the screen is narrow they start closed.
const narrow = window.matchMedia("(max-width: 60rem)");

function settle(within) {
  for (const rubric of within.querySelectorAll("details.rubric")) rubric.open = !narrow.matches;
}

settle(document);
narrow.addEventListener("change", () => settle(document));
document.addEventListener("formset:added", (event) => settle(event.target));
