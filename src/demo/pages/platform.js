/* {{notice}} */
// The behaviour of a page of the fictitious platform: what it sends on arrival, on scrolling, after a choice, on a like and on leaving.
"use strict";
(() => {
  const { telemetry, beacon, graphql, post, moment } = window.simulated;
  const { kind, page, path, choice } = document.documentElement.dataset;
  const find = (id) => document.getElementById(id);
  const size = `${innerWidth}x${innerHeight}`;

  const remember = (name, value, rest) => {
    document.cookie = `${name}=${value}; max-age=604800; path=/; domain=.facebook.com; secure; SameSite=${rest}`;
  };
  remember("wd", size, "Lax");
  remember("dpr", String(devicePixelRatio), "None");

  const shown = (image) => image.complete ? Promise.resolve() : new Promise((done) => { image.onload = done; image.onerror = done; });
  const posts = async (cursor) => {
    const answer = await graphql("SIMULATEDPageFeedQuery", "SIMULATED-DOC-3", { pageID: page, count: 2, cursor });
    const images = answer.data.posts.map(({ id, title, text, image }) => {
      const article = document.createElement("article");
      article.dataset.post = id;
      const heading = document.createElement("h2");
      heading.textContent = title;
      const words = document.createElement("p");
      words.textContent = text;
      const picture = new Image(640, 360);
      picture.alt = "Vlak in één kleur";
      picture.src = image;
      article.append(heading, words, picture);
      find("posts").append(article);
      return picture;
    });
    await Promise.all(images.map(shown));
  };

  // A connection that stays open, with a subprotocol; it counts as settled when both sides have said what they say on arrival.
  let lasting = false;
  let tell;
  const received = new Promise((done) => { tell = done; });
  const chat = () => new Promise((done) => {
    const id = () => `SIMULATED${Math.random().toString(36).slice(2, 12)}`;
    const socket = new WebSocket(`wss://edge-chat.facebook.com/chat?sid=${id()}&cid=${id()}`, "mqtt");
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(new TextEncoder().encode("\u0010\u0020\u0000\u0006MQIsdp\u0003\u0002SIMULATED-CONNECT"));
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") {
        socket.send(JSON.stringify({ topic: "/simulated_presence", state: "anonymous", page }));
        return;
      }
      const { topic } = JSON.parse(data);
      if (topic === "/simulated_update") {
        socket.send(JSON.stringify({ topic: "/simulated_seen", page }));
        lasting = true;
        done();
      } else if (topic === "/simulated_choice") {
        tell();
      }
    };
    socket.onerror = done;
    socket.onclose = () => {
      lasting = false;
      done();
    };
  });

  const loaded = () => document.readyState === "complete" ? Promise.resolve() : new Promise((done) => { addEventListener("load", done, { once: true }); });
  const arrive = async () => {
    await loaded();
    const connection = navigator.connection ?? {};
    await telemetry([["simulated:page_load", {
      event: "load", viewport: size, screen: `${screen.width}x${screen.height}`, languages: navigator.languages.join(","), rtt: connection.rtt ?? 0,
      downlink: connection.downlink ?? 0, referrer: document.referrer, choice,
    }]]);
    if (kind !== "page") return;
    await graphql("SIMULATEDPageViewMutation", "SIMULATED-DOC-2", { input: { page_id: page, surface: "PAGE", event: "view" } });
    await posts(null);
    await chat();
  };

  const choose = (button, essential, kinds) => moment(async () => {
    const about = { accept_only_essential: String(essential), ...Object.fromEntries(kinds.map((name) => [`opt_in[${name}]`, "true"])) };
    const answered = post("/cookie/consent/", about);
    // The platform goes on measuring while the choice is on its way: as soon as it says over the lasting connection that the choice has come in
    // (it answers only after that), or at once where there is no such connection.
    const told = lasting ? Promise.race([received, new Promise((due) => { setTimeout(due, 1000); })]) : Promise.resolve();
    const meanwhile = told.then(() => telemetry([["simulated:consent_click", { target: button.id }]]));
    await Promise.all([answered, meanwhile]);
    find("consent").hidden = true;
    await telemetry([["simulated:consent_done", { only_essential: essential }]]);
    if (kind === "page") await posts("SIMULATED-CURSOR");
  }, "choose");
  const ALL = ["ads", "measurement", "partners"];
  find("consent").hidden = choice !== "none";
  find("consent-allow").onclick = ({ currentTarget }) => choose(currentTarget, false, ALL);
  find("consent-decline").onclick = ({ currentTarget }) => choose(currentTarget, true, []);
  find("consent-more").onclick = () => {
    find("consent-first").hidden = true;
    find("consent-second").hidden = false;
  };
  find("consent-save").onclick = ({ currentTarget }) => {
    const kinds = ALL.filter((name) => find(`consent-${name}`).checked);
    choose(currentTarget, kinds.length === 0, kinds);
  };

  if (kind === "page") {
    find("like").onclick = () => moment(async () => {
      const answer = await graphql("SIMULATEDPageLikeMutation", "SIMULATED-DOC-4", { input: { page_id: page, action: "like", source: "page_header" } });
      find("answer").textContent = answer.errors[0].message;
      await telemetry([["simulated:like", { target: "like" }]]);
    }, "like");
    addEventListener("scroll", () => moment(async () => {
      await telemetry([["simulated:scroll", { y: Math.round(scrollY), post: "SIMULATED-POST-2" }]]);
      await post("/ajax/bulk-route-definitions/", { "route_urls[0]": `${path}/about`, "route_urls[1]": `${path}/photos` });
    }, "scroll"), { once: true, passive: true });
    // Sent when the page is left; the browser delivers it after the page is gone.
    addEventListener("pagehide", () => beacon([["simulated:leave", { visible_ms: Math.round(performance.now()) }]]), { once: true });
  }
  moment(arrive, "arrive");
})();
