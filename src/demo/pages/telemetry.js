/* {{notice}} */
// What the fictitious platform sends about a visit, and how it keeps count of it. Other scripts use `window.simulated`.
"use strict";
(() => {
  const root = document.documentElement;
  // Nobody is logged in where the page does not say who is, and acts as what.
  const { hsi, session, lsd, page, path, user = "0", acting = "0" } = root.dataset;
  let number = 0;

  // The parameters that every request of the platform carries.
  const usual = () => {
    number += 1;
    return {
      av: acting, __user: user, __a: "1", __req: number.toString(36), __hs: "SIMULATED.HYP:comet_plat_default_pkg", dpr: String(devicePixelRatio),
      __ccg: "EXCELLENT", __rev: "1000000001", __s: session, __hsi: hsi, __comet_req: "15", lsd, jazoest: "20000", __spin_r: "1000000001", __spin_b: "trunk",
    };
  };
  const form = (more) => new URLSearchParams({ ...usual(), ...more });
  const post = (address, more, headers = {}) => fetch(address, { method: "POST", body: form(more), headers });

  const batch = (events, way) => {
    const offset = Math.round(performance.now());
    const posts = events.map(([name, data]) => [name, { path, page_id: page, ...data }, offset, 0]);
    return { q: JSON.stringify([{ app_id: "SIMULATED-APP", posts, user, webSessionId: session, send_method: way }]), ts: String(Date.now()) };
  };
  const BZ = `/ajax/bz?__a=1&__ccg=EXCELLENT&__user=${user}`;
  const telemetry = (events) => post(BZ, batch(events, "ajax"));
  const beacon = (events) => navigator.sendBeacon(BZ, form(batch(events, "beacon")));
  const graphql = (name, doc_id, variables) => post("/api/graphql/", {
    fb_api_caller_class: "RelayModern", fb_api_req_friendly_name: name, server_timestamps: "true", variables: JSON.stringify(variables), doc_id,
  }, { "x-fb-friendly-name": name, "x-fb-lsd": lsd, "x-asbd-id": "000000" }).then((answer) => answer.json());

  // A moment is a piece of work whose requests belong together. Moments run one after the other, and `data-settled` counts those whose
  // requests have all been answered (or have failed: a visit must not hang on a broken connection). `data-done` holds their names.
  let last = Promise.resolve();
  let settled = 0;
  const moment = (work, name) => {
    last = last.then(work).catch((cause) => console.warn("simulated:", cause)).then(() => {
      settled += 1;
      root.dataset.done = `${root.dataset.done ?? ""} ${name}`.trim();
      root.dataset.settled = String(settled);
    });
    return last;
  };
  window.simulated = { usual, post, telemetry, beacon, graphql, moment };
})();
