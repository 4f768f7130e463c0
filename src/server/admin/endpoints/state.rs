//! The whole state: read, replaced, reset.

use crate::message::Answer;
use crate::server::admin::call::Answering;
use crate::server::admin::call::Call;
use crate::server::admin::call::done;
use crate::server::admin::call::ok;
use crate::server::admin::problem;
use crate::store::StoreError;

/// The state by family.
pub(super) fn get<'c>(call: &'c Call<'c>) -> Answering<'c> {
    Box::pin(async move {
        match call.engine().state().await {
            Ok(state) => ok(&state),
            Err(error) => problem::of_store(&error),
        }
    })
}

/// Replaces the state by what [`get`] gave.
pub(super) fn put<'c>(call: &'c Call<'c>) -> Answering<'c> {
    Box::pin(async move { told(call.engine().restore(call.body).await) })
}

/// Seeds the state afresh.
pub(super) fn reset<'c>(call: &'c Call<'c>) -> Answering<'c> {
    Box::pin(async move { told(call.engine().reset().await) })
}

fn told(outcome: Result<(), StoreError>) -> Answer {
    outcome.map_or_else(|error| problem::of_store(&error), |()| done())
}
