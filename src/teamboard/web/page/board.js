"use strict";
// The terminal writes its styles into <style> elements. The page's policy accepts only styles that carry its nonce.
const nonce = document.currentScript.nonce;
const createElement = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement) {
    element.nonce = nonce;
  }
  return element;
};
// The address is the one that the browser has used, whatever stands between it and the server.
document.getElementById("terminal").dataset.sessionWebsocketUrl =
  (location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/ws";
document.getElementById("again").addEventListener("click", () => location.reload());
// Keys go to the board without a click into it first.
new MutationObserver((_, observer) => {
  const keys = document.querySelector(".xterm-helper-textarea");
  if (document.body.classList.contains("-first-byte") && keys) {
    keys.focus();
    observer.disconnect();
  }
}).observe(document.body, { attributes: true, subtree: true, childList: true });
