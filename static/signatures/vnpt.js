/* Bridge to the VNPT-CA plug-in on this computer. Nothing is probed before a click has led here. */
"use strict";
(() => {
  const { ANSWER_MS, SIGN_MS, Trouble, open, exchange, unreached, named, read, certificate, version } = window.usbComputer;
  const PORTS = [4433, 4434, 4435, 9201, 9202];
  const GET_CERT_INFO = 0, SIGN_CMS = 4, SET_LICENSE_KEY = 6, CHECK_PLUGIN = 7, GET_VERSION = 11;
  const SIGNING_FAILED = 3;
  const CAUSES = { 2: "no-certificate", 11: "cancelled", 12: "pin-locked" }; // 12 is our own token agent's

  /** One message and its reply `<result>*<callback>`. */
  async function call(socket, functionID, args, limit, signal) {
    const message = { functionID, funcCallback: "callbackDefault", args, domain: location.hostname };
    const reply = await exchange(socket, JSON.stringify(message), limit, signal);
    return reply.slice(0, reply.lastIndexOf("*"));
  }

  /** What listens on a port: `answers`, and then the socket, `not-ready`, `other` or `nothing`. */
  async function look(port, signal) {
    let socket;
    try {
      socket = await open(`wss://localhost:${port}/plugin`, signal);
      const ready = await call(socket, CHECK_PLUGIN, [], ANSWER_MS, signal);
      if (ready === "1") return { state: "answers", socket };
      socket.close();
      return { state: ready === "-1" ? "not-ready" : "other" };
    } catch (failure) {
      socket?.close();
      if (signal.aborted) throw failure;
      return { state: socket ? "other" : "nothing" };
    }
  }

  /** The first port where a plug-in says that it is ready. */
  async function connect(signal) {
    const seen = [];
    for (const port of PORTS) {
      const { state, socket } = await look(port, signal);
      if (socket) return socket;
      seen.push(state);
    }
    throw seen.includes("not-ready") ? new Trouble("vnpt-not-ready") : await unreached("vnpt");
  }

  /** What the plug-in says of this portal's licence: `accepted`, or what is wrong with it. */
  async function licensed(socket, licence, signal) {
    const answer = read(await call(socket, SET_LICENSE_KEY, [licence], ANSWER_MS, signal));
    if (answer.code === 1) return "accepted"; // this one function says success by 1
    return licence ? whyRefused(licence) : "missing";
  }

  /** What the licence, XML in base64, says itself; the plug-in gives no reason. */
  function whyRefused(licence) {
    let text = "";
    try {
      text = atob(licence);
    } catch (noBase64) { /* then nothing can be said about it */ }
    const said = (name) => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? "";
    const domains = said("DonViDuocCap").split(",").map((domain) => domain.trim());
    const [{ certificate: state }] = certificate("", said("NgayKetThuc"));
    if (state === "expired") return "expired";
    return domains[0] && !domains.includes("*") && !domains.includes(location.hostname) ? "other-domain" : "refused";
  }

  /** The certificate that the person chooses in the plug-in's window. */
  async function chosen(socket, signal) {
    const text = await call(socket, GET_CERT_INFO, ["1", ""], SIGN_MS, signal);
    if (!text) throw new Trouble("cancelled");
    const found = read(text);
    if (found.code) throw refused(found);
    if (!found.base64) throw new Trouble("no-certificate");
    return found;
  }

  /** The trouble that a result code stands for. */
  function refused({ code, error = "" }) {
    const said = code === SIGNING_FAILED && named(error);
    return new Trouble(said || CAUSES[code] || `vnpt-${code}`, `${code} ${error}`);
  }

  function base64(text) {
    return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  }

  /** Sign the text that `ask` fetches. */
  async function prove({ ask, licence, signal }) {
    const socket = await connect(signal);
    try {
      const state = await licensed(socket, licence, signal);
      if (state !== "accepted") throw new Trouble(`licence-${state}`);
      await chosen(socket, signal);
      const { text } = await ask();
      const signed = read(await call(socket, SIGN_CMS, [base64(text)], SIGN_MS, signal));
      if (signed.code !== 0) throw refused(signed);
      return { kind: "cms", proof: signed.data };
    } finally {
      socket.close();
    }
  }

  /** Look at everything, and `tell` each thing: what was found, the sentence's name, and a value in it. */
  async function examine({ line, tell, licence, signal }) {
    let socket;
    for (const port of PORTS) {
      const found = await look(port, signal);
      tell({ [`port-${port}`]: found.state }, `port-${found.state}`, port);
      if (socket) found.socket?.close();
      socket ??= found.socket;
    }
    if (!socket) return tell({ program: "missing" }, "vnpt-no-program");
    tell({ program: "answers" }, "program-answers");
    await line("version", async () => version(await call(socket, GET_VERSION, [], ANSWER_MS, signal)));
    await line("licence", async () => {
      const state = await licensed(socket, licence, signal);
      return [{ licence: state }, `licence-${state}`];
    });
    await line("certificate", async () => {
      const { notBefore, notAfter } = await chosen(socket, signal);
      return certificate(notBefore, notAfter);
    });
    socket.close();
  }

  window.usbBridges = { ...window.usbBridges, vnpt: { prove, examine } };
})();
