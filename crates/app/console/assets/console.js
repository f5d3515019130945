// Puts each panel that has changed in the place of the old one, and says when nothing comes any more.
"use strict";
// On a phone the row of tabs is longer than the screen.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
const path = document.body.dataset.live;
if (path) {
  const notice = document.getElementById("notice");
  let since = null;
  const say = (text) => {
    const told = document.createElement("p");
    told.className = "notice";
    told.textContent = text;
    notice.replaceChildren(told);
  };
  const stream = new EventSource(path);
  stream.addEventListener("panel", (event) => {
    if (document.body.dataset.away) return location.reload();
    const { id, html } = JSON.parse(event.data);
    const panel = document.getElementById(id);
    // Not under a reader's hand: what has the focus keeps its place until it is left.
    if (panel && !panel.contains(document.activeElement)) panel.innerHTML = html;
  });
  stream.addEventListener("notice", (event) => {
    const text = JSON.parse(event.data);
    if (text) say(text);
    else notice.replaceChildren();
  });
  stream.onopen = () => {
    if (since) notice.replaceChildren();
    since = null;
  };
  stream.onerror = () => {
    since ??= new Date();
    say(`This page is not live since ${since.toTimeString().slice(0, 8)}. It goes on by itself.`);
  };
}
// A film: the slider, the steps and the play button show another instant on the same page. Without this they are a form
// and links, which do the same.
const film = document.getElementById("film-form");
if (film) {
  const slider = document.getElementById("at");
  let [busy, playing, wanted] = [false, false, null];
  const show = async (address, moves) => {
    // While one is on its way only the newest wish is kept.
    if (busy) return void (wanted = [address, moves]);
    busy = true;
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      for (const id of ["film-lanes", "film-story", "film-now"]) {
        document.getElementById(id).innerHTML = page.getElementById(id).innerHTML;
      }
      const steps = page.querySelectorAll("#film-steps a");
      document.querySelectorAll("#film-steps a").forEach((step, n) => {
        // Not put in its place: it may have the focus.
        for (const name of ["href", "rel", "role", "aria-label", "aria-disabled"]) {
          if (steps[n].hasAttribute(name)) step.setAttribute(name, steps[n].getAttribute(name));
          else step.removeAttribute(name);
        }
      });
      if (moves) slider.value = page.getElementById("at").value;
      history.replaceState(null, "", address);
    } catch {
      location.assign(address);
    }
    busy = false;
    const next = wanted;
    wanted = null;
    if (next) await show(...next);
  };
  const play = async (address) => {
    await show(address, true);
    const next = document.querySelector("#film-steps [rel=next]");
    if (!next) playing = false;
    if (playing) setTimeout(() => playing && play(next.href), 700);
  };
  document.addEventListener("click", (event) => {
    const step = event.target.closest("#film-steps a[href], a[data-play]");
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const plays = "play" in step.dataset && !playing;
    playing = plays;
    if (plays) play(step.href);
    else if (!("play" in step.dataset)) show(step.href, true);
  });
  slider.addEventListener("input", () => {
    playing = false;
    show(`${film.action}?at=${slider.value}`, false);
  });
}
