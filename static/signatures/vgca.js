/* Bridge to the VGCA Sign Service (Ban Cơ yếu Chính phủ): a socket for each operation, one message, one answer. */
"use strict";
(() => {
  const { ANSWER_MS, SIGN_MS, Trouble, open, exchange, unreached, named, read, certificate, version } = window.usbComputer;
  const PORT = 8987;

  async function operation(name, message, limit, signal) {
    const socket = await open(`wss://127.0.0.1:${PORT}/${name}`, signal);
    try {
      return await exchange(socket, message, limit, signal);
    } finally {
      socket.close();
    }
  }

  /** The version of the program, if it runs. */
  async function running(signal) {
    try {
      return await operation("GetVersion", "version", ANSWER_MS, signal);
    } catch (failure) {
      throw failure.cause === "nobody" || failure.cause === "timeout" ? await unreached("vgca") : failure;
    }
  }

  /** The version in an answer, which is a bare text or JSON. */
  function versionIn(answer) {
    try {
      return String(JSON.parse(answer).Version ?? answer);
    } catch (bareText) {
      return answer;
    }
  }

  /** An answer whose Status is 0. */
  function good(text) {
    const answer = read(text);
    const status = Number(answer.Status);
    if (status === 0) return answer;
    const told = String(answer.Error || answer.Message || answer.message || "");
    // No list of its numbers is public, so what it says goes before what the number may mean.
    throw new Trouble(named(told) || `vgca-${status}`, `${status} ${told}`);
  }

  /** The signature that an operation gives; empty where it is not answered in a way that can be used. */
  async function signature(name, message, signal) {
    try {
      return String(good(await operation(name, message, SIGN_MS, signal)).Signature || "");
    } catch (failure) {
      if (["nobody", "cut-off", "unreadable"].includes(failure.cause)) return "";
      throw failure;
    }
  }

  /** Sign the text that `ask` fetches: by Auth, or where that gives nothing by SignJson. */
  async function prove({ ask, signal }) {
    await running(signal);
    const { text } = await ask();
    const cms = await signature("Auth", text, signal);
    if (cms) return { kind: "cms", proof: cms };
    const asked = { JsonContent: text, DetachPayload: "false", IsPss: "true" };
    const jws = await signature("SignJson", JSON.stringify(asked), signal);
    if (jws) return { kind: "jws", proof: jws };
    throw new Trouble("unreadable");
  }

  /** The token's certificate; older and newer versions listen to different words. */
  async function chosen(signal) {
    const older = read(await operation("GetCertInfo", "get_cert_info", SIGN_MS, signal));
    const { CertInfo } = older.CertInfo ? older : good(await operation("GetCertInfo", "certinfo", SIGN_MS, signal));
    if (!CertInfo) throw new Trouble("no-certificate");
    return CertInfo;
  }

  /** Look at everything, and `tell` each thing: what was found, the sentence's name, and a value in it. */
  async function examine({ line, tell, signal }) {
    let found;
    try {
      found = await running(signal);
    } catch (failure) {
      if (signal.aborted) throw failure;
      tell({ [`port-${PORT}`]: "nothing" }, "port-nothing", PORT);
      return tell({ program: "missing" }, "vgca-no-program");
    }
    tell({ [`port-${PORT}`]: "answers" }, "port-answers", PORT);
    tell({ program: "answers" }, "program-answers");
    await line("version", async () => version(versionIn(found)));
    await line("certificate", async () => {
      const { ValidFrom, ValidTo } = await chosen(signal);
      return certificate(ValidFrom, ValidTo);
    });
  }

  window.usbBridges = { ...window.usbBridges, vgca: { prove, examine } };
})();
