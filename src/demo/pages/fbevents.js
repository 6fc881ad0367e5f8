/* {{notice}} */
// The pixel of the fictitious platform, loaded by other sites: cookies on that site's domain, and what it sends to the platform.
"use strict";
(() => {
  const DAYS_90 = 7776000;
  const domain = location.hostname.split(".").slice(-2).join(".");
  const jar = () => Object.fromEntries(document.cookie.split("; ").filter(Boolean).map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]));
  const keep = (name, value) => {
    document.cookie = `${name}=${value}; max-age=${DAYS_90}; path=/; domain=.${domain}; secure; SameSite=Lax`;
    return value;
  };
  const digits = () => String(Math.random()).slice(2, 12).padEnd(10, "0");
  const started = Date.now();
  const fbp = jar()._fbp ?? keep("_fbp", `fb.1.${started}.SIMULATED${digits()}`);
  const click = new URLSearchParams(location.search).get("fbclid");
  const fbc = click ? keep("_fbc", `fb.1.${started}.${click}`) : jar()._fbc;
  let pixel = "";

  const about = (event, more) => {
    const fields = { id: pixel, ev: event, dl: location.href, rl: document.referrer, if: String(top !== self), ts: String(Date.now()), sw: String(screen.width), sh: String(screen.height) };
    return { ...fields, v: "2.9.0", r: "stable", ec: "0", o: "4126", fbp, ...(fbc ? { fbc } : {}), it: String(started), coo: "false", ...more };
  };
  const configure = () => new Promise((done) => {
    const script = document.createElement("script");
    script.src = `https://connect.facebook.net/signals/config/${pixel}?v=2.9.0&r=stable&domain=${location.hostname}`;
    script.onload = done;
    script.onerror = done;
    document.head.append(script);
  });
  const image = (event, more = {}) => new Promise((done) => {
    const picture = new Image();
    picture.onload = done;
    picture.onerror = done;
    picture.src = `https://www.facebook.com/tr/?${new URLSearchParams(about(event, { ...more, rqm: "GET" }))}`;
  });
  // Advanced matching: what was typed is brought into one form and sent as a digest.
  const normal = { em: (text) => text.trim().toLowerCase(), ph: (text) => text.replace(/[^0-9]/g, "").replace(/^0(?!0)/, "31").replace(/^00/, "") };
  const digests = async (prefix, typed) => {
    const fields = {};
    for (const [name, text] of Object.entries(typed).filter(([, text]) => text)) {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(normal[name](text)));
      fields[`${prefix}[${name}]`] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return fields;
  };
  const clicked = async (button, typed = {}) => {
    const body = new FormData();
    const more = { "cd[buttonText]": button.textContent, ...await digests("udff", typed), rqm: "SB" };
    for (const [name, value] of Object.entries(about("SubscribedButtonClick", more))) body.append(name, value);
    return fetch("https://www.facebook.com/tr/", { method: "POST", mode: "no-cors", credentials: "include", body });
  };
  window.fbq = {
    async start(id) {
      pixel = id;
      await configure();
      await image("PageView");
    },
    clicked,
    async track(event, typed) {
      await image(event, await digests("ud", typed));
    },
  };
})();
