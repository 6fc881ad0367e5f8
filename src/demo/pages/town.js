/* {{notice}} */
// The site of the fictitious municipality: starts the pixel on arrival, before anything is chosen here.
"use strict";
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  let last = Promise.resolve();
  let settled = 0;
  const moment = (work) => {
    last = last.then(work).catch((cause) => console.warn("simulated:", cause)).then(() => {
      settled += 1;
      root.dataset.settled = String(settled);
    });
  };
  const choose = (choice) => moment(async () => {
    await fetch("/cookies/keuze", { method: "POST", body: new URLSearchParams({ keuze: choice }) });
    find("town-consent").hidden = true;
  });
  find("town-accept").onclick = () => choose("akkoord");
  find("town-decline").onclick = () => choose("alleen-noodzakelijk");
  // The pixel hears of the click before the form is sent, and of the form after it was.
  find("appointment").onclick = ({ currentTarget }) => moment(async () => {
    const [email, telefoon] = [find("mail").value, find("phone").value];
    await window.fbq.clicked(currentTarget, { em: email });
    const body = JSON.stringify({ product: "paspoort", email, telefoon });
    const asked = await fetch("/api/afspraak", { method: "POST", headers: { "content-type": "application/json" }, body });
    find("answer").textContent = (await asked.json()).melding;
    history.replaceState(null, "", `/paspoort?bevestigd=${encodeURIComponent(btoa(email))}`);
    await window.fbq.track("SubmitApplication", { em: email, ph: telefoon });
  });
  const loaded = () => document.readyState === "complete" ? Promise.resolve() : new Promise((done) => { addEventListener("load", done, { once: true }); });
  moment(() => loaded().then(() => window.fbq.start("000000000000000")));
})();
