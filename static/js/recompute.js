// Computes the profile of a page again from its vector, line by line, and says whether the page agrees.
// The page brings the words, and the numbers of the method come by their digest; the method is loaded when it is asked for.
import { printed } from "./said.js";

const CLOSE = { score: 0, i90: 1e-4 };
const SHARE = 1e-6;

/** Returns what the browser found for the name of a line. */
const found = (profile, name) => profile.phi[name] ?? profile[name];

function agrees(own, recorded, name) {
  if (Array.isArray(recorded)) return recorded.every((value, end) => agrees(own?.[end], value, name));
  if (typeof recorded !== "number") return own === recorded;
  return typeof own === "number" && Math.abs(own - recorded) <= (CLOSE[name] ?? SHARE);
}

function compare(row, profile, half) {
  const { name, exactly } = row.dataset;
  const own = found(profile, name);
  const same = agrees(own, JSON.parse(exactly), name);
  const said = row.querySelector(".recompute__agree");
  row.querySelector(".recompute__own").textContent = printed(own, name, profile, half);
  said.textContent = same ? said.dataset.yes : said.dataset.no;
  row.classList.toggle("recompute__other", !same);
  return same;
}

async function recompute({ vector, numbers, digest }) {
  const [{ assess }, answer] = await Promise.all([import("./risk.js"), fetch(numbers, { integrity: digest })]);
  if (!answer.ok) throw new Error(`The numbers of the method answered with ${answer.status}.`);
  return assess(vector, await answer.json());
}

function show(place) {
  place.append(place.querySelector("template").content.cloneNode(true));
  const table = place.querySelector("table");
  const say = (what) => place.querySelectorAll("[data-when]").forEach((each) => { each.hidden = each.dataset.when !== what; });
  place.querySelector("button").addEventListener("click", async () => {
    try {
      const profile = await recompute(place.dataset);
      const same = Array.from(table.tBodies[0].rows, (row) => compare(row, profile, place.dataset.half)).every(Boolean);
      const none = Object.keys(profile.phi).every((name) => table.querySelector(`[data-name="${name}"]`));
      table.hidden = false;
      say(same && none ? "same" : "other");
    } catch {
      say("fault");
    }
  });
}

document.querySelectorAll(".recompute").forEach(show);
