// The timeline's two points, chosen with a pointer, a finger or the keyboard. Without this script
// the two lists below the chart do the same.
"use strict";

document.querySelectorAll("[data-timeline]").forEach((form) => {
  const chart = form.querySelector("[data-chart]");
  const from = form.elements.base;
  const to = form.elements.target;
  const said = form.querySelector("p[data-between]");
  // Every point from which can be compared, and now at the end.
  const points = [...from.options].map((option) => ({
    value: option.value,
    x: Number(option.dataset.x),
    risks: option.dataset.risks.split(",").map(Number),
    words: option.textContent,
  }));
  points.push({ value: "now", x: 100, risks: [0, 0, 0, 0], words: form.dataset.now });
  const last = points.length - 1;

  const add = (name, parent) => {
    const made = document.createElement("span");
    made.className = name;
    parent.append(made);
    return made;
  };
  const range = add("brush-range", chart);
  const handles = [form.dataset.from, form.dataset.to].map((label, side) => {
    const handle = add("brush-handle", chart);
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", label);
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(last));
    handle.addEventListener("keydown", (event) => key(event, side));
    return handle;
  });

  const place = (list) => points.findIndex((point) => point.value === list.value);
  const clamp = (number, low, high) => Math.min(high, Math.max(low, number));
  const sum = (low, high) =>
    points
      .slice(low + 1, high + 1)
      .reduce((total, point) => total.map((number, i) => number + point.risks[i]), [0, 0, 0, 0]);

  const tell = (low, high) => {
    const words = form.dataset.risks.split("|");
    const counts = sum(low, high).map((number, i) => (number ? words[i].replace("{n}", number) : ""));
    const changes = counts.filter(Boolean).join(", ") || form.dataset.none;
    said.textContent = form.dataset[high === last ? "since" : "between"].replace("{changes}", changes);
  };

  const show = (low, high) => {
    from.value = points[low].value;
    to.value = points[high].value;
    [low, high].forEach((number, side) => {
      handles[side].style.left = `${points[number].x}%`;
      handles[side].setAttribute("aria-valuenow", String(number));
      handles[side].setAttribute("aria-valuetext", points[number].words);
    });
    range.style.left = `${points[low].x}%`;
    range.style.width = `${points[high].x - points[low].x}%`;
    tell(low, high);
  };

  const move = (side, number) => {
    let [low, high] = [place(from), place(to)];
    if (side === 0) {
      low = clamp(number, 0, last - 1);
      high = Math.max(high, low + 1);
    } else {
      high = clamp(number, 1, last);
      low = Math.min(low, high - 1);
    }
    show(low, high);
  };

  const key = (event, side) => {
    const now = place(side ? to : from);
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7 };
    const wanted = { Home: 0, End: last }[event.key] ?? now + (steps[event.key] ?? NaN);
    if (Number.isNaN(wanted)) return;
    event.preventDefault();
    move(side, wanted);
  };

  const nearest = (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 100;
    const away = points.map((point) => Math.abs(point.x - x));
    return away.indexOf(Math.min(...away));
  };

  let anchor = null;
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const number = nearest(event);
    const side = handles.indexOf(event.target);
    // A handle is taken by itself; elsewhere a new stretch begins.
    if (side >= 0) anchor = place(side ? from : to);
    else anchor = number;
    chart.setPointerCapture(event.pointerId);
    if (side < 0) event.preventDefault();
  });
  chart.addEventListener("pointermove", (event) => {
    if (anchor === null) return;
    const number = nearest(event);
    if (number !== anchor) show(Math.min(anchor, number), Math.max(anchor, number));
  });
  chart.addEventListener("pointerup", (event) => {
    if (anchor !== null && anchor === nearest(event) && !handles.includes(event.target)) {
      const number = anchor;
      const side = Math.abs(number - place(from)) <= Math.abs(number - place(to)) ? 0 : 1;
      move(side, number);
      handles[side].focus();
    }
    anchor = null;
  });
  chart.addEventListener("pointercancel", () => (anchor = null));

  from.addEventListener("change", () => move(0, place(from)));
  to.addEventListener("change", () => move(1, place(to)));
  show(...[place(from), place(to)]);
});
