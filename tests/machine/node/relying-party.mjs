// A relying party on oauth4webapi, which takes nothing that the standards do not allow. It talks by lines: it says
// where to send the citizen, is told the address at which they came back, then says in JSON what it has learnt.
import { createInterface } from 'node:readline/promises'
import * as oauth from 'oauth4webapi'

const { ISSUER, CLIENT_ID, CALLBACK, ONWARD, KEY } = process.env
const plain = { [oauth.allowInsecureRequests]: true } // the portal is on this computer
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (line) => console.log(String(line))

const jwk = JSON.parse(KEY)
const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const itself = oauth.PrivateKeyJwt({ key, kid: jwk.kid })
const client = { client_id: CLIENT_ID, id_token_signed_response_alg: 'ES256', require_auth_time: true }
const issuer = new URL(ISSUER)
const portal = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, plain))

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const nonce = oauth.generateRandomNonce()
say(address(portal.authorization_endpoint, {
  client_id: CLIENT_ID,
  redirect_uri: CALLBACK,
  response_type: 'code',
  scope: 'openid profile',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
  max_age: '600',
}))

const back = new URL((await lines.next()).value)
const answer = oauth.validateAuthResponse(portal, client, back, state)
const traded = await oauth.authorizationCodeGrantRequest(portal, client, itself, answer, CALLBACK, verifier, plain)
const tokens = await oauth.processAuthorizationCodeResponse(portal, client, traded, {
  expectedNonce: nonce, maxAge: 600, requireIdToken: true,
})
await oauth.validateApplicationLevelSignature(portal, traded, plain)
const { sub } = oauth.getValidatedIdTokenClaims(tokens)

const first = await refreshed(tokens)
const known = await oauth.userInfoRequest(portal, client, first.access_token, plain)
const asked = await oauth.introspectionRequest(portal, client, itself, first.access_token, plain)
say(JSON.stringify({
  sub,
  known: await oauth.processUserInfoResponse(portal, client, sub, known),
  active: (await oauth.processIntrospectionResponse(portal, client, asked)).active,
  again: await refreshed(tokens).catch((problem) => problem.error),
  after: await refreshed(first).catch((problem) => problem.error),
  leave: address(portal.end_session_endpoint, { id_token_hint: first.id_token, post_logout_redirect_uri: ONWARD }),
}))
process.exit()

async function refreshed(earlier) {
  const response = await oauth.refreshTokenGrantRequest(portal, client, itself, earlier.refresh_token, plain)
  const renewed = await oauth.processRefreshTokenResponse(portal, client, response)
  await oauth.validateApplicationLevelSignature(portal, response, plain)
  return renewed
}

function address(endpoint, parameters) {
  return `${endpoint}?${new URLSearchParams(parameters)}`
}
