/* {{notice}} */
// What pages of the fictitious platform do besides in the world of the demo case: planted differences between pages, visitors and browsers.
"use strict";
(() => {
  const { telemetry, graphql, post, moment } = window.simulated;
  const { page, path, persona, surface, session, hsi, token } = document.documentElement.dataset;
  const find = (id) => document.getElementById(id);
  const route = (trigger) => post("/ajax/route-definition/", { surface_id: surface, route_url: path, trigger });
  const member = persona === "logged-in" || persona === "administrator";

  localStorage.setItem("SIMULATED_last_page", path);
  moment(async () => {
    // The same field on every page, with the number of the page that it is about.
    await route("arrival");
    // Only on one Page: the answer to the document holds a token there.
    if (token) await post("/ajax/page_insights/", { page_insights_token: token, page_insights_surface: page });
    // Another host, without cookies: nothing but the page-load and the session leads back to the page.
    const measure = new URLSearchParams({ __s: session, __hsi: hsi, simulated_metric: "load" });
    await fetch(`https://pixel.facebook.com/simulated/measure?${measure}`, { mode: "no-cors", credentials: "omit" });
    if (member) await graphql("SIMULATEDMemberNotificationsQuery", "SIMULATED-DOC-6", { count: 1 });
    if (persona === "administrator") await graphql("SIMULATEDPageAdminInsightsQuery", "SIMULATED-DOC-7", { range: "SIMULATED-WEEK" });
    // The platform asks something else of a browser that says that it is automated.
    await post(navigator.webdriver ? "/ajax/automation_check/" : "/ajax/presence_check/", { simulated_check: "arrival" });
  }, "case");

  // What comes on scrolling comes in every other visit of its kind; the platform counts them.
  addEventListener("scroll", () => moment(async () => {
    const answer = await route("scroll");
    const { more } = JSON.parse((await answer.text()).replace("for (;;);", "")).payload;
    if (more) await post("/ajax/qm/", { simulated_experiment: more });
  }, "more"), { once: true, passive: true });

  find("cookie-settings").onclick = () => { find("settings").hidden = false; };
  find("settings-close").onclick = () => { find("settings").hidden = true; };
  find("consent-withdraw").onclick = () => moment(async () => {
    const answered = post("/cookie/consent/withdraw/", { source: "settings" });
    await Promise.all([answered, telemetry([["simulated:withdraw_click", { target: "consent-withdraw" }]])]);
    find("settings").hidden = true;
    await telemetry([["simulated:withdraw_done", {}]]);
  }, "withdraw");
})();
