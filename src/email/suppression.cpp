#include "email/suppression.h"

#include <algorithm>
#include <boost/describe.hpp>
#include <utility>

#include "email/table_keys.h"
#include "store/counter.h"
#include "store/record.h"

namespace voyages::email {

namespace {

constexpr std::int64_t soft_bounce_limit = 5;
constexpr auto soft_bounces_kept = std::chrono::days(30);
constexpr std::string_view list_index = table_keys::suppressions;

constexpr std::pair<SuppressionReason, std::string_view> reason_names[] = {
    {SuppressionReason::hard_bounce, "HARD_BOUNCE"},
    {SuppressionReason::soft_bounces, "SOFT_BOUNCES"},
    {SuppressionReason::complaint, "COMPLAINT"},
    {SuppressionReason::unsubscribed, "UNSUBSCRIBED"},
    {SuppressionReason::manual, "MANUAL"}};

std::string partition(std::string_view email) { return store::key_part(table_keys::suppressed, email); }

store::Key key(std::string_view email, Stream stream) { return {partition(email), std::string(to_string(stream))}; }

constexpr std::pair<Stream, std::string_view> stream_names[] = {{Stream::transactional, "TRANSACTIONAL"},
                                                                {Stream::bulk, "BULK"}};

}  // namespace

BOOST_DESCRIBE_STRUCT(Suppression, (), (email, stream, reason, created_at))

// Found by its argument (store/record.h).
store::EnumNames<Stream> enum_names(Stream) { return stream_names; }

std::string_view to_string(SuppressionReason reason) {
  return std::ranges::find(reason_names, reason, &std::pair<SuppressionReason, std::string_view>::first)->second;
}

std::string_view to_string(Stream stream) { return stream == Stream::bulk ? "BULK" : "TRANSACTIONAL"; }

std::optional<Stream> parse_stream(std::string_view text) {
  for (const auto stream : all_streams) {
    if (text == to_string(stream)) return stream;
  }
  return std::nullopt;
}

store::Query suppressions_query() { return {.source = store::Query::Source::index, .pk = std::string(list_index)}; }

Suppression to_suppression(const store::Item& item) { return store::from_item<Suppression>(item); }

std::optional<Suppression> SuppressionList::find(std::string_view email, Stream stream) {
  const auto item = get(table_, key(email, stream));
  if (!item) return std::nullopt;
  return to_suppression(*item);
}

void SuppressionList::add(std::string_view email, Stream stream, SuppressionReason reason, Time now) {
  const std::string stream_name(to_string(stream));
  const Suppression suppression{std::string(email), stream, std::string(to_string(reason)), now};
  const store::Write write =
      store::Put{{key(email, stream), store::to_attributes(suppression),
                  store::IndexKey{std::string(list_index), std::string(email) + '#' + stream_name}},
                 {store::item_absent()}};
  (void)table_.write({&write, 1});  // refused when it is suppressed already: the first reason stays
}

void SuppressionList::count_soft_bounce(std::string_view email, Time now, std::string_view event_id) {
  const store::Key counter{partition(email), std::string(table_keys::soft_bounces)};
  const auto ends_at = store::window_end(get(table_, counter), soft_bounces_kept, now);
  std::vector<store::Write> writes{store::count_one(counter, ends_at)};
  if (!event_id.empty()) {
    writes.emplace_back(store::Put{{.key = {partition(email), store::key_part(table_keys::soft_bounce, event_id)},
                                    .expires_at = now + soft_bounces_kept},
                                   {store::item_absent()}});
  }
  (void)table_.write(writes);  // refused when this event is counted already
  if (store::counted(get(table_, counter)) < soft_bounce_limit) return;
  for (const auto stream : all_streams) {
    add(email, stream, SuppressionReason::soft_bounces, now);
  }
}

bool SuppressionList::remove(std::string_view email, Stream stream) {
  const store::Write writes[] = {store::Delete{key(email, stream), {store::item_exists()}},
                                 store::Delete{{partition(email), std::string(table_keys::soft_bounces)}}};
  return table_.write(writes).has_value();
}

}  // namespace voyages::email
