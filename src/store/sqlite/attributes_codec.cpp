#include "store/sqlite/attributes_codec.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace voyages::store::sqlite {

namespace {

// These numbers are in every database file: never change or reuse one.
enum class Type : unsigned char { no = 0, yes = 1, integer = 2, text = 3, bytes = 4, list = 5 };

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void operator()(bool value) { type(value ? Type::yes : Type::no); }
  void operator()(std::int64_t value) {
    type(Type::integer);
    // Zigzag: small negative numbers stay short.
    varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void operator()(const std::string& value) {
    type(Type::text);
    text(value);
  }
  void operator()(const Bytes& value) {
    type(Type::bytes);
    text(value.value);
  }
  void operator()(const std::vector<std::string>& value) {
    type(Type::list);
    varint(value.size());
    for (const auto& element : value) text(element);
  }

  void text(std::string_view value) {
    varint(value.size());
    out_ += value;
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }

 private:
  void type(Type type) { out_ += static_cast<char>(type); }

  std::string& out_;
};

[[noreturn]] void malformed() { throw std::runtime_error("the attributes of an item in the database are malformed"); }

class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}

  [[nodiscard]] bool done() const { return in_.empty(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = take_byte();
      if (shift == 63 && byte > 1) malformed();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) malformed();  // a longer spelling than needed
        return value;
      }
    }
    malformed();
  }

  // Lives as long as what is decoded.
  std::string_view view() {
    const auto length = varint();
    if (length > in_.size()) malformed();
    const auto value = in_.substr(0, length);
    in_.remove_prefix(length);
    return value;
  }
  std::string text() { return std::string(view()); }

  Value value() {
    switch (static_cast<Type>(take_byte())) {
      case Type::no:
        return false;
      case Type::yes:
        return true;
      case Type::integer: {
        const auto zigzag = varint();
        return static_cast<std::int64_t>(zigzag >> 1 ^ (0 - (zigzag & 1)));
      }
      case Type::text:
        return text();
      case Type::bytes:
        return Bytes{text()};
      case Type::list:
        return list();
    }
    malformed();
  }

  // Passes over a value without a copy of it.
  void skip() {
    switch (static_cast<Type>(take_byte())) {
      case Type::no:
      case Type::yes:
        return;
      case Type::integer:
        (void)varint();
        return;
      case Type::text:
      case Type::bytes:
        (void)view();
        return;
      case Type::list:
        for (auto count = list_size(); count > 0; --count) (void)view();
        return;
    }
    malformed();
  }

 private:
  std::uint64_t list_size() {
    const auto count = varint();
    if (count > in_.size()) malformed();  // every element takes a byte at least
    return count;
  }

  std::vector<std::string> list() {
    const auto count = list_size();
    std::vector<std::string> elements;
    elements.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) elements.push_back(text());
    return elements;
  }

  unsigned char take_byte() {
    if (in_.empty()) malformed();
    const auto byte = static_cast<unsigned char>(in_.front());
    in_.remove_prefix(1);
    return byte;
  }

  std::string_view in_;
};

}  // namespace

std::string encode_attributes(const Attributes& attributes) {
  std::string out;
  out.reserve(256);
  Encoder encoder(out);
  encoder.varint(attributes.size());
  for (const auto& [name, value] : attributes) {
    encoder.text(name);
    std::visit(encoder, value);
  }
  return out;
}

Attributes decode_attributes(std::string_view bytes, std::span<const std::string> wanted) {
  Attributes attributes;
  Decoder decoder(bytes);
  const auto count = decoder.varint();
  std::string_view last;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto name = decoder.view();
    if (i > 0 && name <= last) malformed();
    last = name;
    if (wanted.empty() || std::ranges::find(wanted, name) != wanted.end()) {
      attributes.emplace_hint(attributes.end(), name, decoder.value());
    } else {
      decoder.skip();
    }
  }
  if (!decoder.done()) malformed();
  return attributes;
}

}  // namespace voyages::store::sqlite
