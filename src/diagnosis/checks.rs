//! Bindings and settings, each tried or read by itself, so that one that is wrong hides no other.

use futures_util::future::join_all;
use worker::Env;

use crate::{
    core::{
        diagnosis::{self, Binding, Check, Kind},
        envelope::ApiError,
        roles::Roles,
    },
    edge::{object, settings, storage},
    receiver,
};

/// Each binding: namespaces and buckets are read and written, objects asked, the rest looked for.
pub async fn bindings(id: &str, roles: Roles, env: &Env) -> Vec<Check> {
    join_all(diagnosis::bindings(roles).into_iter().map(|binding| async move {
        Check::of(format!("binding {}", binding.name), try_binding(binding, id, env).await)
    }))
    .await
}

async fn try_binding(Binding { name, kind }: Binding, id: &str, env: &Env) -> Result<(), String> {
    let text = |error: worker::Error| error.to_string();
    match kind {
        Kind::Assets => env.assets(name).map(|_| ()).map_err(text),
        Kind::Limit => env.rate_limiter(name).map(|_| ()).map_err(text),
        Kind::Namespace => storage::read_kv(env, "diagnosis").await.map(|_| ()),
        Kind::Bucket => {
            let key = diagnosis::arrival_key(id, "archive");
            storage::put_object(env, &key, Vec::new(), "text/plain").await?;
            match storage::has_object(env, &key).await? {
                true => storage::delete_object(env, &key).await,
                false => Err("what was just stored is not there".to_owned()),
            }
        }
        // None of an object's commands: it answers that, and does nothing.
        Kind::Object => match object::exchange(env, name, "diagnosis", "null").await {
            Ok(_) => Ok(()),
            Err(_) => {
                Err("the object does not answer; is it bound, and its class in [[migrations]]?".to_owned())
            }
        },
    }
}

/// What each role is set to.
pub fn settings(roles: Roles, env: &Env) -> Vec<Check> {
    let said = |error: ApiError| error.message;
    let mut checks = Vec::new();
    if roles.dispatcher {
        let read = settings::dispatcher(env).map(|_| ()).map_err(said);
        checks.push(Check::of("settings of the dispatcher", read));
    }
    if roles.receiver {
        let read = receiver::settings::read(env).map_err(said);
        let secrets =
            read.as_ref().ok().map(|settings| settings.secrets.as_ref().map(|_| ()).map_err(Clone::clone));
        checks.push(Check::of("settings of the receiver", read.map(|_| ())));
        checks.extend(secrets.map(|secrets| Check::of("WEBHOOK_SECRETS", secrets)));
    }
    checks
}
