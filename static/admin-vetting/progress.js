// Keeps what a page says about checks under way up to date, as long as the server says that something is, and no longer.
const MOST_FAILURES = 3;

async function follow(place) {
  let wait = Number(place.dataset.again);
  let failures = 0;
  while (wait && failures < MOST_FAILURES) {
    await pause(wait);
    try {
      wait = await ask(place);
      failures = 0;
    } catch {
      failures += 1;
    }
  }
}

async function ask(place) {
  const response = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) throw new Error("no answer");
  const answer = await response.json();
  const told = new DOMParser().parseFromString(answer.html, "text/html");
  place.replaceChildren(...told.body.childNodes);
  if (answer.reload && ![...document.querySelectorAll("#content-main form")].some(isTouched)) location.reload();
  return answer.again_s;
}

// A page that nobody looks at asks for nothing.
async function pause(seconds) {
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  if (!document.hidden) return;
  await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

// What somebody has typed is never thrown away; they are offered a link instead.
function isTouched(form) {
  return [...form.elements].some((field) => {
    if (!field.options) return "defaultValue" in field && field.value !== field.defaultValue;
    const options = [...field.options];
    return options.some((option) => option.defaultSelected) && options.some((o) => o.selected !== o.defaultSelected);
  });
}

for (const place of document.querySelectorAll("[data-progress]")) follow(place);
