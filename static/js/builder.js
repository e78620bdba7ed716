// Builds a vector from its parts beside the calculator, which the server computes; without JavaScript a vector is typed.

import { VectorError, parse } from "./risk/vector.js";

const form = document.querySelector(".calculator");
const part = (name) => form.querySelector(`template[data-part="${name}"]`).content.firstElementChild.cloneNode(true);
const builder = part("builder");
const whole = builder.querySelector(".builder__whole");
const matters = builder.querySelector(".builder__matters");

const fieldsOf = (place) => Object.fromEntries(Array.from(place.querySelectorAll("[data-field]"), (each) => [each.dataset.field, each]));
const valuesOf = (place) => Object.fromEntries(Object.entries(fieldsOf(place)).map(([name, each]) => [name, each.value.trim()]));
const compact = (day) => day.replaceAll("-", "");
const spaced = (day) => day.replace(/(....)(..)(..)/, "$1-$2-$3");
const today = () => new Date().toISOString().slice(0, 10);
const tags = () => Array.from(matters.children, (each) => Number(each.dataset.tag));

function fill(place, values) {
  for (const [name, field] of Object.entries(fieldsOf(place))) if (values[name] !== undefined) field.value = values[name] ?? "";
}

/** Writes the numbers of who objects or supports; nothing where neither is known. */
const voices = (field, n, c) => (n || c ? [`${field}:${n || "x"}.${c || "x"}`] : []);
const grades = (sign, text) => (text.toUpperCase().match(/[A-F][1-6]/g) ?? []).sort().map((grade) => sign + grade).join("");

function matterVector(place) {
  const { severity, link, stage, forum, exoneration, exonerationForum, supporting, refuting } = valuesOf(place);
  const discount = exoneration && `~${exoneration}${exonerationForum}`;
  return `m${place.dataset.tag}:S${severity}L${link}${stage}${forum}${discount}${grades("+", supporting)}${grades("-", refuting)}`;
}

function write() {
  const all = valuesOf(whole);
  const known = all.known && all.known !== all.asOf ? `.${compact(all.known)}` : "";
  form.elements.vector.value = [
    `CIRP:${form.dataset.version}`, `I:${all.slug}`, `D:${compact(all.asOf)}${known}`, `Q:${all.coders}`,
    `C:${all.done}.${all.applicable}`, `RR:${all.reply}`,
    ...voices("OB", all.objecting, all.objectingFrom), ...voices("SB", all.supporting, all.supportingFrom),
    ...Array.from(matters.children, matterVector),
  ].join("/");
}

/** Keeps what cannot be out of reach: a forum where no authority has examined anything, an exoneration out of its scope. */
function constrain(place) {
  const { stage, forum, exoneration, exonerationForum } = fieldsOf(place);
  forum.disabled = stage.dataset.unexamined.split(" ").includes(stage.value);
  if (forum.disabled) forum.value = "U";
  for (const option of exoneration.options) option.disabled = option.value !== "" && !option.dataset.scope.split(" ").includes(stage.value);
  if (exoneration.selectedOptions[0]?.disabled) exoneration.value = "";
  exonerationForum.disabled = exoneration.value === "";
}

function add(tag, values) {
  const place = part("matter");
  place.dataset.tag = tag;
  place.querySelector(".builder__tag").textContent = tag;
  fill(place, values);
  constrain(place);
  place.querySelector(".builder__remove").addEventListener("click", () => {
    place.remove();
    builder.querySelector(".builder__add").focus();
    write();
  });
  matters.append(place);
  return place;
}

/** Fills the parts from the vector that is there, if it is one. */
function read() {
  const scope = Object.fromEntries(Array.from(
    part("matter").querySelectorAll("[data-scope]"), (option) => [option.value, option.dataset.scope.split(" ")]));
  const coding = parse(form.elements.vector.value, { version: form.dataset.version, X_SCOPE: scope });
  const [objecting, objectingFrom] = coding.opposition ?? [null, null];
  const [supporting, supportingFrom] = coding.support ?? [null, null];
  const known = coding.known ? spaced(coding.known) : "";
  fill(whole, { ...coding, asOf: spaced(coding.asOf), known, objecting, objectingFrom, supporting, supportingFrom });
  for (const matter of coding.matters)
    add(matter.tag, {
      ...matter,
      exonerationForum: matter.exonerationForum || "U",
      supporting: matter.supporting.join(" "),
      refuting: matter.refuting.join(" "),
    });
}

fieldsOf(whole).asOf.value = today();
try {
  read();
} catch (error) {
  if (!(error instanceof VectorError)) throw error;
}
builder.addEventListener("input", (event) => {
  const matter = event.target.closest(".builder__matter");
  if (matter) constrain(matter);
  write();
});
builder.querySelector(".builder__add").addEventListener("click", () => {
  fieldsOf(add(Math.max(0, ...tags()) + 1, { forum: "U", exonerationForum: "U" })).severity.focus();
  write();
});
form.append(builder);
