//! One binary for every capability: linking once is what keeps the suite quick.

mod architecture; // the shape of the code itself
mod support; // what several capabilities share
