#include "dead_letters/routes.h"

#include <boost/describe.hpp>
#include <string>
#include <string_view>

#include "http/endpoint.h"
#include "http/list.h"
#include "http/types.h"
#include "store/list.h"

namespace voyages::dead_letters {

namespace {

constexpr ErrorCode dead_letter_not_found{"dead_letter_not_found",
                                          "There is no such dead letter. Others may have seen to it."};
constexpr ErrorCode dead_letter_not_retryable{"dead_letter_not_retryable",
                                              "No queue takes this message again: it did not come from this program."};

struct DeadLetterView {
  std::string id;
  std::string kind;
  std::string body;
  std::int64_t attempts;
  std::string reason;
  Time queued_at;
  Time died_at;

  static constexpr std::string_view list_name = "DeadLetterList";
  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"kind", "The kind of work.", R"("auth.logout_notice")"},
      {"body", "What the work is about: an id, or an address.", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6072")"},
      {"attempts", "How often it was delivered.", "8"},
      {"reason", "Why the last try failed.", R"("the client answered 500")"},
      {"queued_at", "When it was queued first."},
      {"died_at", "When it failed for the last time."},
  };
};
BOOST_DESCRIBE_STRUCT(DeadLetterView, (), (id, kind, body, attempts, reason, queued_at, died_at))

struct DeadLetterInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(DeadLetterInput, (), (id))

Result<http::List<DeadLetterView>> list_dead_letters(store::Table& table, const http::ListInput& input,
                                                     http::Context&) {
  return store::list<http::List<DeadLetterView>>(
      table, store::dead_letters_query(), input, [](const store::Item& item) -> DeadLetterView {
        const auto letter = store::to_dead_letter(item);
        return {letter.id,     letter.message.kind,        letter.message.body, letter.message.attempt,
                letter.reason, letter.message.enqueued_at, letter.died_at};
      });
}

Result<void> retry_dead_letter(store::DeadLetters& letters, const DeadLetterInput& input, http::Context&) {
  try {
    if (!letters.retry(input.id.text())) return fail(dead_letter_not_found);
  } catch (const std::invalid_argument&) {
    return fail(dead_letter_not_retryable);
  }
  return {};
}

Result<void> discard_dead_letter(store::DeadLetters& letters, const DeadLetterInput& input, http::Context&) {
  if (!letters.discard(input.id.text())) return fail(dead_letter_not_found);
  return {};
}

}  // namespace

void add_routes(http::Router& router, store::DeadLetters& letters, store::Table& table) {
  using http::bind;
  http::Endpoints routes(router, "admin");
  routes.get("/admin/dead-letters", "list_dead_letters", bind(table, list_dead_letters))
      .summary("Queued work that failed for good, newest first")
      .description("The newest 1,000 are kept, for 30 days.")
      .signed_in("dead-letters:read");
  routes.post("/admin/dead-letters/{id}/retry", "retry_dead_letter", bind(letters, retry_dead_letter))
      .summary("Put failed work back into the queue, with all its tries")
      .signed_in("dead-letters:write")
      .fails(404, dead_letter_not_found)
      .fails(409, dead_letter_not_retryable);
  routes.del("/admin/dead-letters/{id}", "discard_dead_letter", bind(letters, discard_dead_letter))
      .summary("Give up failed work")
      .signed_in("dead-letters:write")
      .fails(404, dead_letter_not_found);
}

}  // namespace voyages::dead_letters
