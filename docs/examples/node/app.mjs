// A service that citizens sign in to through their account: Node and openid-client. docs/integrators.md runs it.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as openid from 'openid-client'

const {
  ISSUER = 'http://127.0.0.1:8000',
  CLIENT_ID = '00000000-0000-4000-8000-000000000001',
  CLIENT_SECRET = 'sandbox-secret',
  PORT = '9000',
} = process.env
const HERE = `http://localhost:${PORT}`
const CALLBACK = `${HERE}/callback`
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'

const portal = await openid.discovery(
  new URL(ISSUER), CLIENT_ID, undefined, openid.ClientSecretBasic(CLIENT_SECRET), {
    // Plain http is for the sandbox on this computer only. The ID token's signature is checked always.
    execute: [openid.enableNonRepudiationChecks, ...(ISSUER.startsWith('http:') ? [openid.allowInsecureRequests] : [])],
  })
const keys = createRemoteJWKSet(new URL(portal.serverMetadata().jwks_uri))
const started = new Map() // what to check when a citizen comes back, by a key in the cookie
const signedIn = new Map() // tokens and claims by a key in the cookie; in production both are tables

const actions = {
  async 'GET /'({ key }) {
    return page(signedIn.get(key)?.known)
  },

  async 'GET /sign-in'() {
    const key = randomUUID(), verifier = openid.randomPKCECodeVerifier()
    const checks = { pkceCodeVerifier: verifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce() }
    started.set(key, checks)
    return onward(openid.buildAuthorizationUrl(portal, {
      redirect_uri: CALLBACK,
      scope: 'openid profile phone',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    }), key)
  },

  // openid-client checks state, who answers (RFC 9207), nonce and ID token.
  async 'GET /callback'({ key, url }) {
    const checks = started.get(key)
    started.delete(key)
    return checks ? keep(await openid.authorizationCodeGrant(portal, url, checks)) : onward('/')
  },

  // New tokens for the refresh token, which is good for one use, and what the portal knows now.
  async 'POST /refresh'({ key }) {
    const mine = signedIn.get(key)
    signedIn.delete(key)
    return mine ? keep(await openid.refreshTokenGrant(portal, mine.tokens.refresh_token)) : onward('/')
  },

  // Signed out here first, then the portal asks whether there, too.
  async 'POST /sign-out'({ key }) {
    const mine = signedIn.get(key)
    signedIn.delete(key)
    return onward(mine ? openid.buildEndSessionUrl(portal, {
      id_token_hint: mine.tokens.id_token, post_logout_redirect_uri: `${HERE}/`,
    }) : '/')
  },

  // The portal itself tells that a sign-in is over (OpenID Connect Back-Channel Logout 1.0, 2.5 and 2.6).
  async 'POST /backchannel-logout'({ request }) {
    const { payload: told } = await jwtVerify(new URLSearchParams(await text(request)).get('logout_token'), keys, {
      issuer: ISSUER, audience: CLIENT_ID, typ: 'logout+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'sub'],
    })
    if (told.nonce !== undefined || !told.events?.[LOGOUT]) throw new Error('no logout token')
    for (const [key, mine] of signedIn) {
      if ((told.sid ?? mine.sid) === mine.sid && told.sub === mine.known.sub) signedIn.delete(key)
    }
    return { status: 200, headers: {}, body: '' }
  },
}

// Remembers somebody under a new key; `sid` is what the portal calls this sign-in.
async function keep(tokens) {
  const key = randomUUID(), { sub, sid } = tokens.claims()
  signedIn.set(key, { tokens, sid, known: await openid.fetchUserInfo(portal, tokens.access_token, sub) })
  return onward('/', key)
}

function onward(address, key) {
  const cookie = key && { 'Set-Cookie': `permits=${key}; HttpOnly; SameSite=Lax; Path=/` }
  return { status: 303, headers: { Location: String(address), ...cookie }, body: '' }
}

function page(known, problem = '', status = 200) {
  const rows = Object.entries(known ?? {}).map(([claim, value]) => `<dt>${claim}</dt><dd id="${claim}">${escaped(value)}</dd>`)
  const body = known
    ? `<p>Signed in. What the portal lets us know:</p><dl>${rows.join('')}</dl>
       <form method="post" action="/refresh"><button>Ask the portal again</button></form>
       <form method="post" action="/sign-out"><button>Sign out</button></form>`
    : `<p>${escaped(problem)}</p><p><a href="/sign-in">Sign in</a></p>`
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body: `<!doctype html><title>Building permits</title><h1>Building permits</h1>${body}`,
  }
}

function escaped(value) {
  return String(value).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

createServer(async (request, response) => {
  const url = new URL(request.url, HERE)
  const key = /(?:^|; )permits=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const action = actions[`${request.method} ${url.pathname}`] ?? (() => page(undefined, 'No such page.', 404))
  let answer
  try {
    answer = await action({ key, url, request })
  } catch (problem) { // the portal said no: the citizen did not agree, say, or their sign-in has ended
    answer = page(undefined, `Not signed in: ${problem.error ?? problem.message}`, 400)
  }
  response.writeHead(answer.status, answer.headers).end(answer.body)
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Open ${HERE}/`))
