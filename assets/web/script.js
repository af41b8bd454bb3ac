// What pages do beside what they do without it. Nothing is made from text: Trusted Types allow it to be without a policy.
"use strict";

(() => {
  const WARNED_BEFORE = 300;
  const make = (name, words, attributes) => {
    const made = document.createElement(name);
    made.textContent = words;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  };
  const main = document.querySelector("main");

  // Before a sign-in ends: a notice that offers to stay.
  const warnOfTheEnd = () => {
    const idle = Number(document.body.dataset.idle);
    const longest = Date.now() + Number(document.body.dataset.longest) * 1000;
    if (!idle || !main) return;
    let box = null;
    const wait = () => {
      const left = Math.min(idle * 1000, longest - Date.now());
      setTimeout(show, Math.max(left - WARNED_BEFORE * 1000, 0));
    };
    const show = () => {
      const canStay = longest - Date.now() > WARNED_BEFORE * 1000 + 1000;
      box = make("div", "", { class: "notice", role: "status", "data-ending": "yes" });
      box.append(make("h2", "You will be signed out in 5 minutes"));
      box.append(make("p", canStay ? "What you typed is kept for you, but you would have to sign in again."
        : "A sign-in lasts so long and no longer. What you typed is kept for you: sign in again and send it."));
      if (canStay) {
        const stay = make("button", "Stay signed in", { type: "button", class: "second" });
        stay.addEventListener("click", async () => {
          const answer = await fetch("/account", { method: "HEAD", redirect: "manual" }).catch(() => null);
          if (answer && answer.ok) {
            box.remove();
            wait();
          } else {
            location.reload();
          }
        });
        box.append(stay);
      }
      main.prepend(box);
    };
    wait();
  };

  // Before a form is left in which something was changed.
  const warnOfLeaving = () => {
    let changed = false;
    const signsIn = (form) => /^\/(sign-|reset|l\/)/.test(new URL(form.action, location.href).pathname);
    for (const form of document.querySelectorAll("form[method=post]")) {
      if (signsIn(form)) continue;
      form.addEventListener("input", () => { changed = true; });
      form.addEventListener("submit", () => { changed = false; });
    }
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  };

  // Before a file is sent that is too large to be taken.
  const checkFiles = () => {
    for (const field of document.querySelectorAll("input[type=file][data-most]")) {
      const most = Number(field.dataset.most);
      const words = make("p", "", { class: "fault", id: `${field.id}-size`, role: "alert" });
      field.after(words);
      const isTooLarge = () => [...field.files].some((file) => file.size > most);
      const tell = () => {
        words.textContent = isTooLarge()
          ? `This file is larger than the ${Math.floor(most / 1000000)} megabytes that are taken here. Choose another, or drop it into the inbox.` : "";
      };
      field.addEventListener("change", tell);
      field.form.addEventListener("submit", (event) => {
        tell();
        if (isTooLarge()) {
          event.preventDefault();
          field.focus();
        }
      });
    }
  };

  // While a file is read or applied: how far it is.
  const followDraft = async () => {
    const place = document.querySelector("[data-underway]");
    if (!place) return;
    place.setAttribute("role", "status");
    for (;;) {
      await new Promise((done) => setTimeout(done, 1000));
      const answer = await fetch(place.dataset.underway, { redirect: "manual" }).catch(() => null);
      const words = answer && answer.ok ? (await answer.text()).trim() : "";
      if (!words) break;
      if (place.textContent !== words) place.textContent = words;
    }
    location.reload();
  };

  // The address of a list, to be sent to a colleague: what is asked stands in it.
  const offerAddress = () => {
    const list = document.querySelector("main table[data-list]");
    const place = document.querySelector("main .exports");
    if (!list || !place || !navigator.clipboard) return;
    const button = make("button", "Copy the address of this list", { type: "button", class: "plain" });
    const said = make("span", "", { role: "status" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href).then(
        () => { said.textContent = " Copied."; },
        () => { said.textContent = " Copy it from the browser’s own bar."; },
      );
    });
    place.after(button, said);
  };

  warnOfTheEnd();
  warnOfLeaving();
  checkFiles();
  offerAddress();
  followDraft();
})();
