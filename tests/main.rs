//! One binary for every capability: linking once is what keeps the suite quick.

mod architecture; // the shape of the code itself
mod reports; // one report, told in every format
mod stores; // what every store promises
mod support; // what several capabilities share
mod tokens; // JSON Web Tokens: signing, recognising, keys, JWK
