#include "store/sqlite/queue.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "base/encoding.h"
#include "base/uuid.h"

namespace voyages::store::sqlite {

namespace {

constexpr std::size_t max_reason_bytes = 4096;
constexpr std::size_t id_characters = 36;

std::int64_t to_ms(Time time) { return time.time_since_epoch().count(); }
Time from_ms(std::int64_t ms) { return Time{std::chrono::milliseconds{ms}}; }

// A receipt is the message's id and a nonce of this delivery, which the row keeps.
std::string new_nonce() {
  std::array<char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex({bytes.data(), bytes.size()});
}

struct Receipt {
  std::string_view id;
  std::string_view nonce;
};

std::optional<Receipt> parse_receipt(std::string_view receipt) {
  if (receipt.size() <= id_characters + 1 || receipt[id_characters] != '.') return std::nullopt;
  return Receipt{receipt.substr(0, id_characters), receipt.substr(id_characters + 1)};
}

struct Row {
  std::int64_t sequence;
  QueueMessage message;
};

// The kinds that a worker leaves out, as a statement looks for one of them: `,a,b,`. A kind has no comma.
std::string left_out(const Wanted& wanted) {
  std::string list = ",";
  for (const auto& kind : wanted.except) list.append(kind).append(",");
  return list;
}

void read_due(Connection& connection, const Wanted& wanted, Priority priority, Time now, std::size_t limit,
              std::vector<Row>& rows) {
  const auto except = left_out(wanted);
  auto statement = connection.statement(
      "SELECT sequence, id, kind, body, attempts, enqueued_at_ms, failure FROM messages WHERE class=?1 AND "
      "priority=?2 AND due_at_ms<=?3 AND instr(?5, ',' || kind || ',')=0 ORDER BY due_at_ms, sequence LIMIT ?4");
  statement.bind(1, static_cast<std::int64_t>(wanted.work_class));
  statement.bind(2, static_cast<std::int64_t>(priority));
  statement.bind(3, to_ms(now));
  statement.bind(4, static_cast<std::int64_t>(limit));
  statement.bind(5, except);
  while (statement.step()) {
    rows.push_back({statement.number(0),
                    {std::string(statement.bytes(1)), std::string(statement.bytes(2)), std::string(statement.bytes(3)),
                     static_cast<std::uint32_t>(statement.number(4)), from_ms(statement.number(5)),
                     std::string(statement.bytes(6))}});
  }
}

std::vector<Row> due(Connection& connection, const Wanted& wanted, Time now, std::size_t limit) {
  std::vector<Row> rows;
  for (const auto priority : all_priorities | std::views::reverse) {
    if (rows.size() < limit) read_due(connection, wanted, priority, now, limit - rows.size(), rows);
  }
  return rows;
}

Delivery deliver(Connection& connection, Row row, Time visible_at) {
  const auto nonce = new_nonce();
  auto statement =
      connection.statement("UPDATE messages SET attempts=attempts+1, due_at_ms=?2, receipt=?3 WHERE sequence=?1");
  statement.bind(1, row.sequence);
  statement.bind(2, to_ms(visible_at));
  statement.bind(3, nonce);
  statement.run();
  ++row.message.attempt;
  auto receipt = row.message.id + "." + nonce;
  return {std::move(row.message), std::move(receipt)};
}

void insert(Connection& connection, std::string_view id, std::string_view kind, std::string_view body,
            const SendOptions& options, Time now) {
  auto statement = connection.statement(
      "INSERT INTO messages(id, kind, body, attempts, enqueued_at_ms, due_at_ms, class, priority) "
      "VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)");
  statement.bind(1, id);
  statement.bind(2, kind);
  statement.bind(3, body);
  statement.bind(4, to_ms(now));
  statement.bind(5, to_ms(now + options.delay));
  statement.bind(6, static_cast<std::int64_t>(options.work_class));
  statement.bind(7, static_cast<std::int64_t>(options.priority));
  statement.run();
}

}  // namespace

std::string SqliteQueue::send(std::string_view kind, std::string_view body, const SendOptions& options) {
  validate_message(kind, body, options.delay);
  const auto now = clock_.now();
  auto id = new_uuid7(now);
  database_.write([&](Connection& connection) {
    insert(connection, id, kind, body, options, now);
    return true;
  });
  announce(kind);
  return id;
}

void SqliteQueue::send_all(std::span<const NewMessage> messages) {
  for (const auto& message : messages) validate_message(message.kind, message.body, message.options.delay);
  const auto now = clock_.now();
  database_.write([&](Connection& connection) {
    for (const auto& message : messages) {
      insert(connection, new_uuid7(now), message.kind, message.body, message.options, now);
    }
    return true;
  });
  for (const auto& message : messages) announce(message.kind);
}

std::vector<Delivery> SqliteQueue::receive(const Wanted& wanted, std::size_t limit, std::chrono::seconds visibility) {
  const auto now = clock_.now();
  const auto earliest = earliest_due_ms(wanted);
  if (limit == 0 || !earliest || *earliest > to_ms(now)) return {};  // an idle worker costs no commit
  return database_.write([&](Connection& connection) {
    std::vector<Delivery> deliveries;
    for (auto& row : due(connection, wanted, now, limit)) {
      deliveries.push_back(deliver(connection, std::move(row), now + visibility));
    }
    return deliveries;
  });
}

bool SqliteQueue::extend(std::string_view receipt, std::chrono::seconds visibility) {
  const auto parts = parse_receipt(receipt);
  if (!parts) return false;
  const auto until = clock_.now() + visibility;
  return database_.write([&](Connection& connection) {
    auto statement = connection.statement("UPDATE messages SET due_at_ms=?3 WHERE id=?1 AND receipt=?2");
    statement.bind(1, parts->id);
    statement.bind(2, parts->nonce);
    statement.bind(3, to_ms(until));
    statement.run();
    return connection.last_changes() > 0;
  });
}

bool SqliteQueue::acknowledge(std::string_view receipt) {
  const auto parts = parse_receipt(receipt);
  if (!parts) return false;
  return database_.write([&](Connection& connection) {
    auto statement = connection.statement("DELETE FROM messages WHERE id=?1 AND receipt=?2");
    statement.bind(1, parts->id);
    statement.bind(2, parts->nonce);
    statement.run();
    return connection.last_changes() > 0;
  });
}

bool SqliteQueue::release(std::string_view receipt, std::chrono::seconds delay, std::string_view reason) {
  const auto parts = parse_receipt(receipt);
  if (!parts) return false;
  const auto due_at = clock_.now() + delay;
  const auto kind = database_.write([&](Connection& connection) -> std::optional<std::string> {
    auto statement = connection.statement("SELECT kind FROM messages WHERE id=?1 AND receipt=?2");
    statement.bind(1, parts->id);
    statement.bind(2, parts->nonce);
    if (!statement.step()) return std::nullopt;
    std::string kind_of_row(statement.bytes(0));
    auto update = connection.statement("UPDATE messages SET due_at_ms=?2, receipt=NULL, failure=?3 WHERE id=?1");
    update.bind(1, parts->id);
    update.bind(2, to_ms(due_at));
    update.bind(3, reason.substr(0, max_reason_bytes));
    update.run();
    return kind_of_row;
  });
  if (kind) announce(*kind);
  return kind.has_value();
}

std::size_t SqliteQueue::return_unfinished() {
  const auto now = clock_.now();
  return database_.write([&](Connection& connection) {
    auto statement = connection.statement(
        "UPDATE messages SET due_at_ms=?1, receipt=NULL WHERE receipt IS NOT NULL AND due_at_ms>?1");
    statement.bind(1, to_ms(now));
    statement.run();
    return static_cast<std::size_t>(connection.last_changes());
  });
}

std::optional<std::int64_t> SqliteQueue::earliest_due_ms(const Wanted& wanted) {
  std::optional<std::int64_t> earliest;
  const auto except = left_out(wanted);
  auto reader = database_.read();
  for (const auto priority : all_priorities | std::views::reverse) {
    auto statement = reader->statement(
        "SELECT due_at_ms FROM messages WHERE class=?1 AND priority=?2 AND instr(?3, ',' || kind || ',')=0 "
        "ORDER BY due_at_ms LIMIT 1");
    statement.bind(1, static_cast<std::int64_t>(wanted.work_class));
    statement.bind(2, static_cast<std::int64_t>(priority));
    statement.bind(3, except);
    if (!statement.step()) continue;
    earliest = std::min(earliest.value_or(statement.number(0)), statement.number(0));
  }
  return earliest;
}

void SqliteQueue::announce(std::string_view kind) {
  {
    const std::scoped_lock lock(mutex_);
    ++announcements_[std::string(kind)];
  }
  news_.notify_all();
}

std::uint64_t SqliteQueue::announcements(const Wanted& wanted) const {
  std::uint64_t count = 0;
  for (const auto& [kind, announced] : announcements_) {
    if (std::ranges::find(wanted.except, kind) == wanted.except.end()) count += announced;
  }
  return count;
}

bool SqliteQueue::wait_for_work(const Wanted& wanted, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  // Read before the table is, so that a message that comes in between cuts the sleep short.
  const auto heard = announcements(wanted);
  lock.unlock();
  const auto earliest = earliest_due_ms(wanted);
  const auto now_ms = to_ms(clock_.now());
  if (earliest && *earliest <= now_ms) return true;
  if (earliest) timeout = std::min(timeout, std::chrono::milliseconds{*earliest - now_ms});
  lock.lock();
  news_.wait_for(lock, timeout, [&] { return announcements(wanted) != heard; });
  lock.unlock();
  const auto due_now = earliest_due_ms(wanted);
  return due_now && *due_now <= to_ms(clock_.now());
}

QueueDepth SqliteQueue::depth() {
  auto reader = database_.read();
  auto statement = reader->statement(
      "SELECT (SELECT count(*) FROM messages WHERE due_at_ms<=?1), (SELECT count(*) FROM messages WHERE due_at_ms>?1)");
  statement.bind(1, to_ms(clock_.now()));
  statement.step();
  return {static_cast<std::size_t>(statement.number(0)), static_cast<std::size_t>(statement.number(1))};
}

}  // namespace voyages::store::sqlite
