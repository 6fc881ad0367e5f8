/* {{notice}} */
// What the page of the fictitious municipality keeps in the browser besides cookies, in the world of the demo case.
"use strict";
localStorage.setItem("SIMULATED_bezoek", document.location.pathname);
