#include "auth/part.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "auth/account/commands.h"
#include "auth/account/hosted_pages.h"
#include "auth/account/me.h"
#include "auth/account/reset_password.h"
#include "auth/auth.h"
#include "auth/authenticator.h"
#include "auth/commands.h"
#include "auth/doctor.h"
#include "auth/federation/commands.h"
#include "auth/federation/federation.h"
#include "auth/federation/routes.h"
#include "auth/jobs.h"
#include "auth/logout_notice.h"
#include "auth/oauth/authorize/authorization_response.h"
#include "auth/oauth/clients/client.h"
#include "auth/oauth/clients/commands.h"
#include "auth/oauth/logout/backchannel_logout.h"
#include "auth/oauth/routes.h"
#include "auth/registration.h"
#include "auth/routes.h"
#include "auth/session_limit.h"
#include "auth/settings.h"
#include "auth/table_keys.h"
#include "auth/verify_email.h"

namespace voyages::auth {

namespace {

AuthOptions complete(AuthOptions options, const part::House& house) {
  options.public_url = house.public_url;
  options.product_name = house.product_name;
  return options;
}

// What the part's functions share.
struct State {
  explicit State(const part::House& house)
      : options(complete(house.options.of<AuthOptions>(), house)),
        passwords({options.password_memory_kib, options.password_passes}, hashing_slots(options)),
        keys(house.table, house.master_key, options.signing_algorithm, house.clock.now()),
        access_tokens(keys, {.issuer = house.public_url, .ttl = options.access_token_ttl}),
        auth{.table = house.table,
             .queue = house.queue,
             .outbox = house.offers.get<email::Outbox>(),
             .passwords = passwords,
             .keys = keys,
             .access_tokens = access_tokens,
             .master_key = house.master_key,
             .outgoing = house.outgoing,
             .log = house.log,
             .options = options,
             .permissions = Permissions({house.permissions.begin(), house.permissions.end()}),
             .client_may_ask = oauth::client_may_ask},
        federation(auth, house.outgoing_threads / 2) {}

  AuthOptions options;
  crypto::PasswordHasher passwords;
  SigningKeys keys;
  AccessTokens access_tokens;
  Auth auth;
  federation::Federation federation;
  CallerAuthenticator authenticator{auth};
};

void add_all_routes(http::Router& router, State& state) {
  auth::add_routes(router, state.auth, state.authenticator);
  oauth::add_routes(router, state.auth);
  federation::add_routes(router, state.federation, state.authenticator);
  add_hosted_pages(router, state.auth);
}

std::vector<part::Job> make_jobs(Auth& auth) {
  using store::Priority;
  using Work = void (*)(Auth&, std::string_view, Time);
  const auto job = [&auth](std::string_view kind, Priority priority, Work work) {
    return part::Job{
        .kind = kind,
        .run = [&auth, work](const store::QueueMessage& message, Time now) { work(auth, message.body, now); },
        .priority = priority};
  };
  auto notice = job(job::logout_notice, Priority::normal, oauth::send_logout_notice);
  notice.waits_for = part::WaitsFor::client;
  return {job(job::reset_mail, Priority::high, send_reset_mail),
          job(job::verification_mail, Priority::high, send_verification_mail), std::move(notice),
          job(job::surplus_sessions, Priority::low,
              [](Auth& ending, std::string_view user_id, Time now) { end_surplus_sessions(ending, user_id, now); }),
          job(job::reload_keys, Priority::high, [](Auth& signing, std::string_view, Time) { signing.keys.reload(); })};
}

void requeue_logout_notices(Auth& auth, Time now) {
  const auto count = queue_lost_logout_notices(auth, now);
  if (count == 0) return;
  auth.log.info("logout notices that were lost were queued", {{"count", static_cast<std::int64_t>(count)}});
}

std::vector<part::Greeting> greet(Auth& auth, Time now) {
  const auto token = make_setup_token(auth, now);
  if (!token) return {};
  return {{"make the owner", auth.options.public_url + "/setup#token=" + *token}};
}

std::vector<part::Command> all_commands() {
  auto list = user_commands();
  for (auto commands : {key_commands(), token_commands(), oauth::commands(), federation::commands()}) {
    std::ranges::move(commands, std::back_inserter(list));
  }
  return list;
}

part::Service open(const part::House& house) {
  const auto state = std::make_shared<State>(house);
  auto& auth = state->auth;
  house.offers.add(auth).add<http::Authenticator>(state->authenticator);
  return {.add_routes = [state](http::Router& router) { add_all_routes(router, *state); },
          .jobs = make_jobs(auth),
          .ticks = {{.name = "logout notices", .run = [&auth](Time now) { requeue_logout_notices(auth, now); }}},
          .forget_user = [&auth](const part::DeletedUser& user, Time now) { finish_deletion(auth, user.id, now); },
          .keep_current = [&auth] { auth.keys.reload(); },
          .greet = [&auth, &clock = house.clock] { return greet(auth, clock.now()); },
          .error_page = oauth::refusal_page,
          .hashing_requests = 2 * hashing_slots(state->options) + 2};
}

}  // namespace

part::Part make_part() {
  return {.name = "auth",
          .settings = settings(),
          .items = table_keys::all,
          .permissions = own_permissions(),
          .commands = all_commands(),
          .checks = {{"signing keys", check_signing_keys}},
          .open = open};
}

}  // namespace voyages::auth
