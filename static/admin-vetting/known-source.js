// Tells, as soon as an address is pasted, whether it is known already, cannot be used, or should be looked at twice.
const answers = new WeakMap();

async function ask(input) {
  const url = input.value.trim();
  if (!url) return say(input, null);
  const body = new FormData();
  body.set("url", url);
  const token = input.form.elements.csrfmiddlewaretoken.value;
  const response = await fetch(input.dataset.known, { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (response.ok && input.value.trim() === url) say(input, await response.json());
}

function say(input, answer) {
  const place = answers.get(input) ?? makePlace(input);
  place.replaceChildren();
  if (answer?.refused) place.append(answer.refused);
  else if (answer?.known) place.append(...offer(input, answer.known));
  else if (answer) place.append(input.dataset.new ?? "This address is new; describe the source below.", ...warnings(answer));
}

function warnings(answer) {
  const list = document.createElement("ul");
  for (const { words, title, url } of answer.warnings) {
    const line = document.createElement("li");
    line.append(words, " ", ...(url ? [link(title, url)] : []));
    list.append(line);
  }
  return list.children.length ? [list] : [];
}

function link(title, url) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.textContent = title;
  return anchor;
}

function makePlace(input) {
  const place = document.createElement("div");
  place.className = "known-answer";
  place.setAttribute("role", "status");
  input.closest(".form-row").append(place);
  answers.set(input, place);
  return place;
}

function offer(input, known) {
  const times = known.cited === 1 ? "once" : `${known.cited} times`;
  if (!choice(input)) return [`Known, cited ${times}: `, link(known.title, known.url)];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = "Use it";
  button.addEventListener("click", () => use(input, known));
  return [`Known: ${known.title}, cited ${times}. `, button];
}

function choice(input) {
  return input.id.endsWith("new_url") ? document.getElementById(input.id.replace(/new_url$/, "source")) : null;
}

function use(input, known) {
  const select = choice(input);
  select.append(new Option(known.title, known.id, true, true));
  select.dispatchEvent(new Event("change", { bubbles: true }));
  input.value = "";
  say(input, null);
  select.focus();
}

document.addEventListener("paste", (event) => {
  if (event.target.matches("input.known-source")) setTimeout(ask, 0, event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("input.known-source")) ask(event.target);
});
