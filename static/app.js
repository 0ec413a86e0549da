/* The little script there is. Every page works without it; with it, nothing reloads that need not.
 *
 *   1  what htmx leaves to us: errors, being logged out, what went wrong on the way
 *   2  words and fields: those of the field under the pointer or the focus are lit
 *   3  the review by keyboard: current card, single keys, where the focus goes after a decision
 *   4  drafts: what is being typed outlives a reload, a log-out, an answer that was overtaken
 *   5  bringing in a file: drop zone and upload progress
 *   6  my work: where the focus goes when a row opens, is refused or is saved
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const store = {
    get: (key) => { try { return localStorage.getItem("mandates:" + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("mandates:" + key, value); } catch { /* a full or closed store costs only the draft */ } },
    drop: (key) => { try { localStorage.removeItem("mandates:" + key); } catch { /* as above */ } },
  };
  root.classList.add("has-script");

  // A page is printed as the browser prints it; the button only saves the way to its menu.
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

  /* 1 ── htmx ───────────────────────────────────────────────────────────────────────────────────────────────── */

  // The words of the toast stand in the page, so that they are translated with it.
  const toast = (name, event) => {
    if (event.detail.elt.matches("[hx-trigger^=every]")) return; // what asks by itself asks again
    const words = one(`template[data-toast="${name}"]`);
    if (words) one("#toasts").replaceChildren(words.content.cloneNode(true));
  };
  document.addEventListener("htmx:sendError", (event) => toast("offline", event));
  document.addEventListener("htmx:timeout", (event) => toast("offline", event));
  document.addEventListener("htmx:responseError", (event) => toast("failed", event));
  document.addEventListener("htmx:beforeRequest", () => one("#toasts")?.replaceChildren());

  // An answer that comes from another address than was asked is the log-in page: it is no piece of this page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!xhr.responseURL) return;
    const came = new URL(xhr.responseURL);
    if (came.pathname === new URL(pathInfo.finalRequestPath, location.href).pathname) return;
    event.preventDefault();
    if (came.searchParams.has("next")) came.searchParams.set("next", location.pathname + location.search);
    location.assign(came);
  });

  /* 2 ── words and fields ───────────────────────────────────────────────────────────────────────────────────── */

  const light = (target) => {
    const field = target?.closest?.("[data-of]:not(mark)");
    const token = field?.dataset.of;
    const pair = field?.closest(".pair");
    for (const mark of all("mark.is-lit")) mark.classList.remove("is-lit");
    if (token && pair) for (const mark of all(`mark[data-of~="${CSS.escape(token)}"]`, pair)) mark.classList.add("is-lit");
  };
  document.addEventListener("mouseover", (event) => light(event.target));
  document.addEventListener("focusin", (event) => light(event.target));

  /* 3 ── the review by keyboard ─────────────────────────────────────────────────────────────────────────────── */

  const review = () => one("[data-review]");
  const items = () => all("[data-item]").filter((item) => item.checkVisibility?.() ?? true);
  let current = null; // the data-item of the current card: the element itself is renewed by each decision
  let decided = null; // of the last decision, so that U finds it

  const now = () => items().find((item) => item.dataset.item === current);

  const settle = (item, { focus = true, scroll = true } = {}) => {
    for (const pair of all(".pair--now")) pair.classList.remove("pair--now");
    for (const row of all("dl [data-of][tabindex]")) row.removeAttribute("tabindex");
    current = item?.dataset.item ?? null;
    if (!item) return;
    item.closest(".pair")?.classList.add("pair--now");
    // Only the fields of the current card are in the order of Tab: seven stops for each of thirty would bury the rest.
    for (const row of all("dl [data-of]", item)) row.tabIndex = 0;
    if (focus) item.focus({ preventScroll: true });
    if (scroll) item.closest(".pair, .notice").scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const list = items();
    const at = list.findIndex((item) => item.dataset.item === current);
    settle(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.max(0, Math.min(list.length - 1, at + by))]);
  };

  // After a decision: the next that is undecided below, else from the top, else the way to the paragraphs that follow on
  // another page, else the line that says that nothing is left.
  const toNextOpen = (from) => {
    const list = items();
    const at = list.findIndex((item) => item.dataset.item === from);
    const next = [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))].find((item) => "open" in item.dataset);
    if (next) settle(next);
    else {
      settle(list[at], { focus: false, scroll: false });
      (one(".pager [rel=next]") ?? one("#progress"))?.focus();
    }
  };

  // A key never decides on what is out of sight: the first press brings it into view.
  const isHere = (item) => {
    if (!item) return false;
    const { top, bottom } = item.getBoundingClientRect();
    return item.contains(document.activeElement) || (top >= 0 && top < innerHeight && bottom > 0);
  };

  const keysOn = () => store.get("keys") !== "off";
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable]");

  const press = (key, item) => {
    const place = item?.closest(".pair, .notice");
    const button = item && (one(`[data-key="${CSS.escape(key)}"]`, item) ?? (key === "a" ? one('[data-key="a"]', place) : null));
    if (!button) return false;
    button.click();
    if (button.matches("summary")) one("[data-first]", button.parentElement)?.focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (!review() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || one("dialog:modal")) return;
    const item = event.target.closest("[data-item]") ?? now();
    if (event.key === "Escape") {
      const folded = event.target.closest("details.sug__more[open]");
      if (folded) {
        folded.open = false;
        one("summary", folded).focus();
      } else if (event.target.closest("form")) one("[data-leave]", event.target.closest("form"))?.click();
      return;
    }
    if (!keysOn() || typing(event.target) || event.key.length > 1) return;
    const key = event.key.toLowerCase();
    if (/^[jkcera1-9]$/.test(key) && !isHere(item)) settle(item ?? items()[0]);
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "?") one("#keys")?.showModal();
    else if (key === "u") {
      if (press("u", item)) decided = null;
      else if (!press("u", items().find((each) => each.dataset.item === decided))) return;
    } else if (!/^[cera1-9]$/.test(key) || !press(key, item)) return;
    event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const item = review() && event.target.closest("[data-item]");
    if (item && item.dataset.item !== current) settle(item, { focus: false, scroll: false });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-key="?"]') && one("#keys")) {
      event.preventDefault();
      one("#keys").showModal();
    }
  });

  const showSwitch = () => {
    const box = one("#keys-on");
    if (box) box.checked = keysOn();
    for (const line of all("[data-keys] :is(span, kbd)")) line.hidden = !keysOn();
  };
  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys-on") return;
    if (event.target.checked) store.drop("keys");
    else store.set("keys", "off");
    showSwitch();
  });

  // A form that stands open beside the decision stays open: the request says which.
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = event.detail;
    const other = all("[data-editing]", elt.closest(".pair") ?? undefined).find((form) => form !== elt && !form.contains(elt));
    if (elt.closest(".pair") && other) parameters.editing = other.dataset.editing;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (!review()) return;
    showSwitch();
    const elt = event.detail.requestConfig?.elt;
    if (!elt || event.detail.target?.id === "progress" || event.detail.elt.id === "progress") return;
    const place = event.detail.elt;
    const from = elt.dataset.from;
    const again = items().find((item) => item.dataset.item === from);
    const notice = one("[data-notice]", place);
    const wrong = one("[aria-invalid=true]", place);
    const form = one("form[data-draft]", place);
    if (notice || wrong) {
      settle(again, { focus: false });
      (notice ?? wrong).focus();
    } else if (elt.dataset.then === "next") {
      one("#said").textContent = one("#progress p")?.textContent.replace(/\s+/g, " ").trim() ?? "";
      decided = from;
      toNextOpen(from);
    } else if (form && elt.matches("a")) {
      settle(form.closest("[data-item]"), { focus: false });
      one("input:not([type=hidden]), textarea", form)?.focus();
    } else settle(again ?? one("[data-item]", place));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    elt.dataset.from = elt.closest("[data-item]")?.dataset.item ?? current ?? "";
  });

  /* 4 ── drafts ─────────────────────────────────────────────────────────────────────────────────────────────── */

  const boxes = (form) => [...form.elements].filter((box) => box.name && !/^(hidden|submit|file)$/.test(box.type)); // a file can't be put back
  const read = (form) => boxes(form).map((box) => (/checkbox|radio/.test(box.type) ? box.checked : box.value));
  const drafted = (form) => "draft:" + form.dataset.draft;

  const restore = (within) => {
    for (const form of all("form[data-draft]", within)) {
      const kept = JSON.parse(store.get(drafted(form)) ?? "null");
      const list = boxes(form);
      if (!kept || kept.length !== list.length) continue;
      list.forEach((box, at) => {
        if (/checkbox|radio/.test(box.type)) box.checked = kept[at];
        else box.value = kept[at];
      });
    }
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) store.set(drafted(form), JSON.stringify(read(form)));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    const successful = event.detail.successful || xhr?.getResponseHeader("HX-Refresh"); // htmx leaves before it says so
    const form = elt.matches("form[data-draft]") ? elt : elt.matches("[data-leave]") ? elt.closest("form") : null;
    if (form && successful) store.drop(drafted(form));
  });
  document.addEventListener("htmx:load", (event) => restore(event.detail.elt));

  /* 5 ── bringing in a file ─────────────────────────────────────────────────────────────────────────────────── */

  const zone = (event) => event.target.closest?.("[data-drop]");
  const over = (form, is) => form.classList.toggle("drop--over", is);
  document.addEventListener("dragover", (event) => {
    const form = zone(event);
    if (!form) return;
    event.preventDefault();
    over(form, true);
  });
  document.addEventListener("dragleave", (event) => zone(event) && over(zone(event), false));
  document.addEventListener("drop", (event) => {
    const form = zone(event);
    if (!form) return;
    event.preventDefault();
    over(form, false);
    one("input[type=file]", form).files = event.dataTransfer.files;
    one("input[type=file]", form).dispatchEvent(new Event("change", { bubbles: true }));
  });
  const tooLarge = (form) => one("input[type=file]", form)?.files[0]?.size > Number(form.dataset.most || Infinity);
  document.addEventListener("change", (event) => {
    const form = event.target.matches("[data-drop] input[type=file]") && zone(event);
    if (!form) return;
    const said = document.createElement("p");
    said.className = "error";
    said.setAttribute("role", "alert");
    said.textContent = form.dataset.tooLarge;
    one("[data-errors]", form).replaceChildren(...(tooLarge(form) ? [said] : []));
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-drop]") && tooLarge(event.detail.elt)) event.preventDefault();
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.matches?.("[data-drop]") && one("progress", event.target);
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = (100 * event.detail.loaded) / event.detail.total;
  });

  /* 6 ── my work ────────────────────────────────────────────────────────────────────────────────────────────── */

  // An open row begins at its question; what was refused, at the sentence that says why; what is closed or saved, where
  // it was opened.
  const inRow = (row, from) => {
    const refused = one("[data-notice], .field--bad", row);
    if (refused) {
      refused.tabIndex = -1;
      refused.focus();
    } else if (row.matches(".task--open")) (one("input[type=radio]:checked", row) ?? one("input[type=radio]", row) ?? one("textarea", row))?.focus();
    else if (from) (one(`#${from}-${row.id.slice(1)}`, row) ?? one(".acts a, .acts button", row) ?? one("h3 a", row))?.focus();
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt;
    const asked = event.detail.requestConfig?.elt;
    if (!asked || !row.matches?.("li.task, #update")) return;
    inRow(row, /still-so/.test(event.detail.requestConfig.path) ? "still" : "open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) one("[data-leave]", event.target.closest?.(".task--open") ?? document.createElement("i"))?.click();
  });

  /* ── at the beginning ─────────────────────────────────────────────────────────────────────────────────────── */

  const begin = () => {
    showSwitch();
    restore(document);
    if (!review()) return;
    const aimed = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (aimed) aimed.closest("details")?.setAttribute("open", "");
    const first = (aimed && (one("[data-item][data-open]", aimed) ?? one("[data-item]", aimed))) || one(".pairs [data-item][data-open]");
    if (first) settle(first, { focus: false, scroll: false });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
