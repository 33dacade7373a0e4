/* Bridge to the VNPT-CA plug-in on this computer. Nothing is probed before `prove` is called, after a click. */
"use strict";
(() => {
  const PORTS = [4433, 4434, 4435, 9201, 9202];
  const PROBE_MS = 3000;
  const ASKED_MS = 60000; // the browser may first ask the person whether this page may reach this computer
  const SIGN_MS = 180000; // a person looks for the PIN
  const CHECK_PLUGIN = 7, SET_LICENSE_KEY = 6, GET_CERT_INFO = 0, SIGN_CMS = 4;
  const CANCELLED = 11, NO_CERTIFICATE = 2;

  const fail = (cause) => Promise.reject(Object.assign(new Error(cause), { cause }));

  /** One message and its reply `<result>*<callback>`. */
  function call(socket, functionID, args, limit) {
    return new Promise((resolve, reject) => {
      const end = (cause) => reject(Object.assign(new Error(cause), { cause }));
      const timer = setTimeout(end, limit, "timeout");
      socket.onclose = () => end("failed");
      socket.onmessage = ({ data }) => {
        clearTimeout(timer);
        resolve(data.slice(0, data.lastIndexOf("*")));
      };
      socket.send(JSON.stringify({ functionID, funcCallback: "callbackDefault", args, domain: location.hostname }));
    });
  }

  /** A socket to whatever listens on a port, within the limit. */
  function open(port, limit) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://localhost:${port}/plugin`);
      const timer = setTimeout(() => socket.close(), limit);
      socket.onclose = reject;
      socket.onopen = () => {
        clearTimeout(timer);
        resolve(socket);
      };
    });
  }

  /** The first port where a plug-in says that it is ready. */
  async function connect() {
    const limit = (await permission()) === "prompt" ? ASKED_MS : PROBE_MS;
    for (const port of PORTS) {
      try {
        const socket = await open(port, limit);
        if ((await call(socket, CHECK_PLUGIN, [], PROBE_MS)) === "1") return socket;
        socket.close();
      } catch (nobodyThere) { /* the next port */ }
    }
    return fail((await permission()) === "denied" ? "blocked" : "no-plugin");
  }

  /** The browser's own permission for programs on this computer, if it has one; its name differs by version. */
  async function permission() {
    for (const name of ["loopback-network", "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch (unknownName) { /* the next name */ }
    }
    return "granted";
  }

  function base64(text) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  }

  /** Sign the text that `ask` fetches. Gives a CMS in base64, or rejects with `cause`, one word. */
  async function prove(ask, licence) {
    const socket = await connect();
    try {
      if (licence && JSON.parse(await call(socket, SET_LICENSE_KEY, [licence], PROBE_MS)).code !== 1)
        return await fail("wrong-licence");
      const certificate = await call(socket, GET_CERT_INFO, ["1", ""], SIGN_MS);
      if (!certificate) return await fail("cancelled");
      if (!JSON.parse(certificate).base64) return await fail("no-certificate");
      const { code, data } = JSON.parse(await call(socket, SIGN_CMS, [base64(await ask())], SIGN_MS));
      if (code === 0) return data;
      return await fail({ [CANCELLED]: "cancelled", [NO_CERTIFICATE]: "no-certificate" }[code] || "failed");
    } finally {
      socket.close();
    }
  }

  window.usbBridges = { ...window.usbBridges, vnpt: { kind: "cms", prove } };
})();
