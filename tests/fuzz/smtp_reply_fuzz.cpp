#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "email/smtp_features.h"
#include "email/smtp_reply.h"
#include "email/smtp_reply_reader.h"

// A reply must be read alike however it is cut into packets, never beyond its limits, and be shown as one short line
// whose verdict is that of its code.

namespace {

using voyages::email::Answer;
using voyages::email::BadSmtpReply;
using voyages::email::SmtpReply;
using voyages::email::SmtpReplyReader;
using voyages::email::SmtpStage;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const SmtpReply& reply) {
  require(reply.code >= 200 && reply.code <= 599);
  require(!reply.lines.empty() && reply.lines.size() <= 128);
  for (const auto& line : reply.lines) require(line.size() <= 4096 && line.find('\n') == std::string::npos);

  const auto line = voyages::email::to_line(reply);
  require(voyages::email::reply_code(line) == reply.code);
  const auto text = voyages::email::to_answer_text(line);
  require(text.size() <= 500 && voyages::is_utf8(text));
  require(std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }));
  for (const auto stage : {SmtpStage::hello, SmtpStage::sender, SmtpStage::recipient, SmtpStage::data}) {
    const auto verdict = voyages::email::verdict_of(stage, line);
    require(verdict != Answer::Verdict::accepted);
    if (reply.code < 500 || stage == SmtpStage::hello) require(verdict == Answer::Verdict::deferred);
  }
}

std::string describe(const SmtpReply& reply) {
  check(reply);
  std::string text = std::to_string(reply.code);
  for (const auto& line : reply.lines) text.append("\n").append(line);
  const auto features = voyages::email::to_features(reply);
  text.append("\n").append(std::to_string(features.most_bytes));
  for (const auto& mechanism : features.mechanisms) {
    require(features.offers(mechanism));
    text.append(" ").append(mechanism);
  }
  return text;
}

/// What the bytes are read as when they come in packets of this size.
std::string read(std::string_view bytes, std::size_t packet) {
  SmtpReplyReader reader;
  try {
    while (!bytes.empty() && !reader.done()) {
      reader.feed(bytes.substr(0, packet));
      bytes.remove_prefix(std::min(packet, bytes.size()));
    }
  } catch (const BadSmtpReply&) {
    return "refused";
  }
  return reader.done() ? describe(reader.take()) : "unfinished";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, bytes.size() + 1);
  for (const std::size_t packet : {1U, 7U}) require(read(bytes, packet) == whole);
  return 0;
}
