//! The bundled APIs, called by their generated clients over a socket.

mod clerk; // Clerk Sessions
mod states; // states from outside, of both families
mod transmit; // how the Transmit tests call
mod transmit_actions; // whom WebAuthn's actions take
mod transmit_auth_sessions; // the state machine, device binding, every error
mod transmit_flow; // from client token to listed session and revocation; determinism; refusals
mod transmit_oidc; // grants, client authentication, keys, discovery
mod transmit_sessions; // listing, revoking, permissions, the clock
mod transmit_transitions; // properties of the auth session's state machine
