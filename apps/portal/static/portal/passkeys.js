// Passkeys: a form with data-passkey="create" or "get" asks the browser for one and sends it.
// The options come from the page (data-passkey-options) or from an address (data-passkey-from).
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withIds = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

const forBrowser = (options) => {
  const ready = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = withIds(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = withIds(options.allowCredentials);
  return ready;
};

const forServer = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
};

const optionsOf = async (form, key) => {
  const { passkeyFrom, passkeyOptions } = form.dataset;
  if (!passkeyFrom) return JSON.parse(document.getElementById(passkeyOptions).textContent)[key];
  const answer = await fetch(passkeyFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return (await answer.json())[key];
};

const ask = async (form) => {
  const creates = form.dataset.passkey === "create";
  const options = await optionsOf(form, creates ? "creation_options" : "request_options");
  const publicKey = forBrowser(options.publicKey);
  return creates
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey });
};

const explain = (error, { known, failed }) =>
  error.name === "InvalidStateError" && known ? known : failed;

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-without-script]").forEach((text) => text.remove());
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const problem = form.querySelector("[data-passkey-problem]");
      problem.textContent = "";
      try {
        form.elements.credential.value = JSON.stringify(forServer(await ask(form)));
        form.submit();
      } catch (error) {
        problem.textContent = explain(error, problem.dataset);
      }
    });
  });
}
