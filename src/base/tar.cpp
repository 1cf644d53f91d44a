#include "base/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <stdexcept>

namespace voyages {

namespace {

constexpr std::size_t block = 512;
constexpr std::size_t piece = 256UL * 1024;
constexpr std::size_t longest_path = 100;                    // of the field `name`
constexpr std::uint64_t largest_octal = 0'77'777'777'777UL;  // 11 digits
constexpr std::uint64_t longest_records = 64UL * 1024;

constexpr char regular = '0';
constexpr char extended = 'x';

// The fields of a header (POSIX.1-2017, pax, "ustar Interchange Format").
struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field owner_field{108, 8};
constexpr Field group_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field time_field{136, 12};
constexpr Field checksum_field{148, 8};
constexpr Field type_field{156, 1};
constexpr Field magic_field{257, 8};
constexpr Field prefix_field{345, 155};
constexpr std::string_view magic("ustar\00000", 8);

std::uint64_t padding_of(std::uint64_t size) { return (block - size % block) % block; }

void set(std::string& header, Field field, std::string_view text) {
  text = text.substr(0, field.size);
  header.replace(field.offset, text.size(), text);
}

void set_octal(std::string& header, Field field, std::uint64_t number) {
  set(header, field, fmt::format("{:0{}o}", number, field.size - 1));
}

// The sum of all bytes, those of its own field taken for spaces, in the form that every tar gives it.
std::string checksum_of(std::string header) {
  set(header, checksum_field, "        ");
  const auto sum = std::accumulate(header.begin(), header.end(), 0U,
                                   [](unsigned so_far, char c) { return so_far + static_cast<unsigned char>(c); });
  return fmt::format("{:06o}", sum) + std::string("\0 ", 2);
}

std::string make_header(std::string_view path, std::uint64_t size, char type, Time modified_at) {
  std::string header(block, '\0');
  set(header, name_field, path.substr(0, longest_path));
  set_octal(header, mode_field, 0600);
  set_octal(header, owner_field, 0);
  set_octal(header, group_field, 0);
  set_octal(header, size_field, std::min(size, largest_octal));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(modified_at).time_since_epoch().count();
  set_octal(header, time_field, static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0)));
  header[type_field.offset] = type;
  set(header, magic_field, magic);
  set(header, checksum_field, checksum_of(header));
  return header;
}

// `LENGTH KEYWORD=VALUE\n`, whose length counts its own digits.
std::string pax_record(std::string_view keyword, std::string_view value) {
  const auto rest = keyword.size() + value.size() + 3;
  auto length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, keyword, value);
}

[[noreturn]] void refuse(std::string_view what) { throw std::runtime_error("the archive " + std::string(what)); }

std::string_view text_of(std::string_view header, Field field) {
  const auto text = header.substr(field.offset, field.size);
  return text.substr(0, text.find('\0'));
}

std::uint64_t read_octal(std::string_view header, Field field) {
  auto text = text_of(header, field);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find(' '));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  if (error != std::errc() || end != text.data() + text.size()) refuse("is damaged: a header has a malformed number");
  return number;
}

template <class Number>
Number read_decimal(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) refuse("is damaged: a record has a malformed number");
  return number;
}

// What an extended header says of the file behind it.
struct Extended {
  std::optional<std::string> path;
  std::optional<std::uint64_t> size;
};

Extended read_records(std::string_view records) {
  Extended extended_by;
  while (!records.empty()) {
    const auto space = std::min(records.find(' '), records.size());
    const auto length = read_decimal<std::size_t>(records.substr(0, space));
    if (length <= space || length > records.size() || records[length - 1] != '\n')
      refuse("is damaged: a record is cut");
    const auto record = records.substr(space + 1, length - space - 2);
    const auto equals = std::min(record.find('='), record.size() - 1);
    const auto keyword = record.substr(0, equals);
    const auto value = record.substr(equals + 1);
    if (keyword == "path") extended_by.path = value;
    if (keyword == "size") extended_by.size = read_decimal<std::uint64_t>(value);
    records.remove_prefix(length);
  }
  return extended_by;
}

std::string path_of(std::string_view header) {
  const auto prefix = text_of(header, prefix_field);
  const auto name = std::string(text_of(header, name_field));
  return prefix.empty() ? name : std::string(prefix) + '/' + name;
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

}  // namespace

void TarWriter::begin(std::string_view path, std::uint64_t size) {
  end_file();
  std::string records;
  if (path.size() > longest_path) records += pax_record("path", path);
  if (size > largest_octal) records += pax_record("size", std::to_string(size));
  if (!records.empty()) {
    sink_(make_header("PaxHeaders", records.size(), extended, modified_at_));
    sink_(records);
    pad(records.size());
  }
  sink_(make_header(path, size, regular, modified_at_));
  size_ = size;
  left_ = size;
}

void TarWriter::write(std::string_view bytes) {
  if (bytes.size() > left_) throw std::logic_error("a file in an archive has more bytes than were announced");
  sink_(bytes);
  left_ -= bytes.size();
}

void TarWriter::finish() {
  end_file();
  sink_(std::string(2 * block, '\0'));
}

void TarWriter::end_file() {
  if (left_ != 0) throw std::logic_error("a file in an archive has fewer bytes than were announced");
  pad(size_);
  size_ = 0;
}

void TarWriter::pad(std::uint64_t size) { sink_(std::string(padding_of(size), '\0')); }

std::optional<TarReader::Entry> TarReader::next() {
  while (!read().empty()) {
  }
  skip_padding();
  Extended extended_by;
  for (;;) {
    const auto header = take(block);
    if (is_zero(header)) {
      if (!is_zero(take(block))) refuse("is damaged: it goes on behind its end");
      return std::nullopt;
    }
    if (header.substr(magic_field.offset, magic_field.size) != magic) {
      refuse("is damaged, or of a format other than pax");
    }
    if (header.substr(checksum_field.offset, checksum_field.size) != checksum_of(header)) {
      refuse("is damaged: a header's checksum is wrong");
    }
    const auto size = read_octal(header, size_field);
    const char type = header[type_field.offset];
    if (type == extended) {
      if (size > longest_records) refuse("is damaged: a header is too long");
      extended_by = read_records(take(size));
      padding_ = padding_of(size);
      skip_padding();
      continue;
    }
    auto path = extended_by.path.value_or(path_of(header));
    if (type != regular) refuse("holds something else than files: " + path);
    left_ = extended_by.size.value_or(size);
    padding_ = padding_of(left_);
    return Entry{std::move(path), left_};
  }
}

std::string TarReader::read() {
  auto bytes = take(std::min<std::uint64_t>(left_, piece));
  left_ -= bytes.size();
  return bytes;
}

std::string TarReader::take(std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = source_(bytes.data() + filled, size - filled);
    if (count == 0) refuse("is cut");
    filled += count;
  }
  return bytes;
}

void TarReader::skip_padding() {
  if (!is_zero(take(padding_))) refuse("is damaged: a file is longer than its header says");
  padding_ = 0;
}

}  // namespace voyages
