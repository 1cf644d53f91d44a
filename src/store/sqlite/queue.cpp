#include "store/sqlite/queue.h"

#include <sodium.h>

#include <algorithm>
#include <array>

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

void insert(Connection& connection, const QueueMessage& message, Time due_at) {
  auto statement = connection.statement(
      "INSERT INTO messages(id, kind, body, attempts, enqueued_at_ms, due_at_ms) VALUES(?1, ?2, ?3, 0, ?4, ?5)");
  statement.bind(1, message.id);
  statement.bind(2, message.kind);
  statement.bind(3, message.body);
  statement.bind(4, to_ms(message.enqueued_at));
  statement.bind(5, to_ms(due_at));
  statement.run();
}

std::vector<Row> due(Connection& connection, Time now, std::size_t limit) {
  auto statement = connection.statement(
      "SELECT sequence, id, kind, body, attempts, enqueued_at_ms FROM messages WHERE due_at_ms<=?1 "
      "ORDER BY due_at_ms, sequence LIMIT ?2");
  statement.bind(1, to_ms(now));
  statement.bind(2, static_cast<std::int64_t>(limit));
  std::vector<Row> rows;
  while (statement.step()) {
    rows.push_back({statement.number(0),
                    {std::string(statement.bytes(1)), std::string(statement.bytes(2)), std::string(statement.bytes(3)),
                     static_cast<std::uint32_t>(statement.number(4)), from_ms(statement.number(5))}});
  }
  return rows;
}

void bury(Connection& connection, std::int64_t sequence, std::string_view reason, Time now) {
  auto copy = connection.statement(
      "INSERT INTO dead_letters(id, kind, body, attempts, enqueued_at_ms, reason, died_at_ms) "
      "SELECT id, kind, body, attempts, enqueued_at_ms, ?2, ?3 FROM messages WHERE sequence=?1");
  copy.bind(1, sequence);
  copy.bind(2, reason.substr(0, max_reason_bytes));
  copy.bind(3, to_ms(now));
  copy.run();
  auto removal = connection.statement("DELETE FROM messages WHERE sequence=?1");
  removal.bind(1, sequence);
  removal.run();
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

}  // namespace

std::string SqliteQueue::send(std::string_view kind, std::string_view body, std::chrono::seconds delay) {
  validate_message(kind, body, delay);
  const auto now = clock_.now();
  const QueueMessage message{new_uuid7(now), std::string(kind), std::string(body), 1, now};
  database_.write([&](Connection& connection) {
    insert(connection, message, now + delay);
    return true;
  });
  announce();
  return message.id;
}

std::vector<Delivery> SqliteQueue::receive(std::size_t limit, std::chrono::seconds visibility) {
  const auto now = clock_.now();
  const auto earliest = earliest_due_ms();
  if (limit == 0 || !earliest || *earliest > to_ms(now)) return {};  // an idle worker costs no commit
  return database_.write([&](Connection& connection) {
    std::vector<Delivery> deliveries;
    for (auto& row : due(connection, now, limit)) {
      if (row.message.attempt >= max_attempts_) {
        bury(connection, row.sequence, "no worker finished the last attempt in time", now);
      } else {
        deliveries.push_back(deliver(connection, std::move(row), now + visibility));
      }
    }
    return deliveries;
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
  const auto now = clock_.now();
  const bool released = database_.write([&](Connection& connection) {
    auto statement = connection.statement("SELECT sequence, attempts FROM messages WHERE id=?1 AND receipt=?2");
    statement.bind(1, parts->id);
    statement.bind(2, parts->nonce);
    if (!statement.step()) return false;
    const auto sequence = statement.number(0);
    if (statement.number(1) >= max_attempts_) {
      bury(connection, sequence, reason, now);
      return true;
    }
    auto update = connection.statement("UPDATE messages SET due_at_ms=?2, receipt=NULL WHERE sequence=?1");
    update.bind(1, sequence);
    update.bind(2, to_ms(now + delay));
    update.run();
    return true;
  });
  if (released) announce();
  return released;
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

std::vector<DeadLetter> SqliteQueue::list(std::size_t limit) {
  auto reader = database_.read();
  auto statement = reader->statement(
      "SELECT id, kind, body, attempts, enqueued_at_ms, reason, died_at_ms FROM dead_letters "
      "ORDER BY sequence DESC LIMIT ?1");
  statement.bind(1, static_cast<std::int64_t>(limit));
  std::vector<DeadLetter> letters;
  while (statement.step()) {
    letters.push_back(
        {{std::string(statement.bytes(0)), std::string(statement.bytes(1)), std::string(statement.bytes(2)),
          static_cast<std::uint32_t>(statement.number(3)), from_ms(statement.number(4))},
         std::string(statement.bytes(5)),
         from_ms(statement.number(6))});
  }
  return letters;
}

bool SqliteQueue::retry(std::string_view id) {
  const auto now = clock_.now();
  const bool found = database_.write([&](Connection& connection) {
    auto copy = connection.statement(
        "INSERT INTO messages(id, kind, body, attempts, enqueued_at_ms, due_at_ms) "
        "SELECT id, kind, body, 0, enqueued_at_ms, ?2 FROM dead_letters WHERE id=?1");
    copy.bind(1, id);
    copy.bind(2, to_ms(now));
    copy.run();
    if (connection.last_changes() == 0) return false;
    auto removal = connection.statement("DELETE FROM dead_letters WHERE id=?1");
    removal.bind(1, id);
    removal.run();
    return true;
  });
  if (found) announce();
  return found;
}

std::optional<std::int64_t> SqliteQueue::earliest_due_ms() {
  auto reader = database_.read();
  auto statement = reader->statement("SELECT due_at_ms FROM messages ORDER BY due_at_ms LIMIT 1");
  if (!statement.step()) return std::nullopt;
  return statement.number(0);
}

void SqliteQueue::announce() {
  {
    const std::scoped_lock lock(mutex_);
    ++announcements_;
  }
  news_.notify_all();
}

bool SqliteQueue::wait_for_work(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  // Read before the table is, so that a message that comes in between cuts the sleep short.
  const auto heard = announcements_;
  lock.unlock();
  const auto earliest = earliest_due_ms();
  const auto now_ms = to_ms(clock_.now());
  if (earliest && *earliest <= now_ms) return true;
  if (earliest) timeout = std::min(timeout, std::chrono::milliseconds{*earliest - now_ms});
  lock.lock();
  news_.wait_for(lock, timeout, [&] { return announcements_ != heard; });
  lock.unlock();
  const auto due_now = earliest_due_ms();
  return due_now && *due_now <= to_ms(clock_.now());
}

QueueDepth SqliteQueue::depth() {
  auto reader = database_.read();
  auto statement = reader->statement(
      "SELECT (SELECT count(*) FROM messages WHERE due_at_ms<=?1), (SELECT count(*) FROM messages WHERE due_at_ms>?1), "
      "(SELECT count(*) FROM dead_letters)");
  statement.bind(1, to_ms(clock_.now()));
  statement.step();
  return {static_cast<std::size_t>(statement.number(0)), static_cast<std::size_t>(statement.number(1)),
          static_cast<std::size_t>(statement.number(2))};
}

}  // namespace voyages::store::sqlite
