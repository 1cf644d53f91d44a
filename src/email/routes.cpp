#include "email/routes.h"

#include "base/encoding.h"
#include "email/manage_emails.h"
#include "email/manage_suppressions.h"
#include "email/preview_template.h"
#include "email/queue_email.h"
#include "email/unsubscribe.h"
#include "http/endpoint.h"
#include "http/raw_route.h"

namespace voyages::email {

namespace {

using http::bind;
using http::Context;

// A service token's scope; a user's roles `mailer`, `admin` and `owner` have it too.
constexpr std::string_view may_send = "emails:send";

void add_emails(http::Router& router, Emails& emails) {
  http::Endpoints routes(router, "emails");
  routes.post("/emails", "queue_email", bind(emails, queue_email))
      .summary("Queue a mail")
      .description("Returns once the mail is stored for good. GET /emails/{id} tells what became of it.")
      .signed_in(may_send)
      .answers(202)
      .fails(409, idempotency_key_reused)
      .fails(429, too_many_mails);
  routes.get("/emails", "list_emails", bind(emails, list_emails)).summary("Mails, newest first").signed_in(may_send);
  routes.get("/emails/{id}", "get_email", bind(emails, get_email))
      .summary("One mail and all that happened to it")
      .signed_in(may_send)
      .fails(404, email_not_found);
  routes.post("/emails/{id}/retry", "retry_email", bind(emails, retry_email))
      .summary("Send a mail that failed once more")
      .signed_in(may_send)
      .answers(202)
      .fails(404, email_not_found)
      .fails(409, not_retryable);
  routes.del("/emails/{id}", "cancel_email", bind(emails, cancel_email))
      .summary("Cancel a mail that was not sent yet")
      .signed_in(may_send)
      .fails(404, email_not_found)
      .fails(409, not_cancellable);
}

void add_templates(http::Router& router, Emails& emails) {
  http::Endpoints routes(router, "emails");
  routes.get("/email-templates", "list_templates", bind(emails, list_templates))
      .summary("The templates, with the parameters that each one needs")
      .signed_in(may_send);
  routes.post("/email-templates/{name}/preview", "preview_template", bind(emails, preview_template))
      .summary("What a mail would be, without sending it")
      .signed_in(may_send)
      .fails(404, unknown_template);
}

void add_suppressions(http::Router& router, Emails& emails) {
  http::Endpoints routes(router, "emails");
  routes.get("/email-suppressions", "list_suppressions", bind(emails, list_suppressions))
      .summary("The addresses that get no more mail, and why")
      .signed_in("suppressions:read");
  routes.post("/email-suppressions", "add_suppression", bind(emails, add_suppression))
      .summary("Send an address no more mail of a stream")
      .signed_in("suppressions:write");
  routes.del("/email-suppressions/{stream}/{email}", "remove_suppression", bind(emails, remove_suppression))
      .summary("Send an address mail again")
      .signed_in("suppressions:write")
      .fails(404, suppression_not_found);
}

struct UnsubscribeRequest {
  http::Text<1, 1000> token;
};
BOOST_DESCRIBE_STRUCT(UnsubscribeRequest, (), (token))

void add_unsubscribe(http::Router& router, Emails& emails) {
  http::Endpoints routes(router, "emails");
  const auto handler = [&emails](const UnsubscribeRequest& input, Context& context) -> Result<void> {
    return unsubscribe(emails, input.token.text(), context.now);
  };
  routes.post("/unsubscribe/{token}", "unsubscribe", handler)
      .summary("No more bulk mail, with the token from the mail (RFC 8058)")
      .description("Mail programs post here by themselves; what they send as the body does not matter.")
      .fails(400, invalid_unsubscribe);

  // For who opens the header's address in a browser: a page that asks first, since programs that look at links must not
  // unsubscribe anybody.
  const auto page = [](const http::Request&, const http::PathParameters& parameters, Context&) {
    http::Response response{.status = 303};
    const auto& token = parameters.front().second;
    const bool plain = from_base64url(token).has_value();
    response.headers.add("Location", plain ? "/unsubscribe#token=" + token : "/unsubscribe");
    return response;
  };
  http::add_raw_route(router, {.path = "/unsubscribe/{token}", .operation_id = "unsubscribe_page"}, page)
      .hidden()
      .tag("emails")
      .lane(http::Lane::quick);
}

}  // namespace

void add_routes(http::Router& router, Emails& emails) {
  add_emails(router, emails);
  add_templates(router, emails);
  add_suppressions(router, emails);
  add_unsubscribe(router, emails);
}

}  // namespace voyages::email
