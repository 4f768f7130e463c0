//! `CreateSessionTokenFromTemplate`: a token whose claims a JWT template defines.

use std::sync::Arc;

use http::StatusCode;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::operations::organization_of;
use crate::apis::clerk::operations::token::lifetime;
use crate::apis::clerk::operations::token::running_session;
use crate::apis::clerk::operations::token_id;
use crate::apis::clerk::record::TEMPLATES;
use crate::apis::clerk::record::Template;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::token::Category;
use crate::apis::clerk::token::template;
use crate::apis::clerk::view;
use crate::store::Transaction;

pub(super) fn create(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let session = match running_session(call, transaction) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let name = call.arguments.path_text("template_name").unwrap_or_default();
    let Some(template) = transaction.get::<Template>(&TEMPLATES, name) else {
        let status = StatusCode::NOT_FOUND;
        return errors::error(call, transaction, status, "template_not_found", &[("name", name)]);
    };
    let user: Option<Arc<User>> = transaction.get(&USERS, &session.user_id);
    let organization = organization_of(&session, transaction);
    let claims = template::claims(template::Making {
        template: &template,
        session: &session,
        user: user.as_deref(),
        organization: organization.as_ref().map(|(organization, member)| (&**organization, member)),
        lifetime: lifetime(call),
        id: &token_id(transaction),
        now: call.now,
    });
    Reply::ok(&view::token()).token("/jwt", Category::Template.header(), claims)
}
