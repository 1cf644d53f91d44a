#include "tests/style/rules.h"
#include "tests/style/text.h"

namespace voyages::style {

namespace {

/// Walks over C++ text and copies it, with blanks for what is not code.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        blank_until("\n", 0);
      } else if (starts("/*")) {
        blank_until("*/", 2);
      } else if (starts("R\"") && !after_name()) {
        blank_raw_string();
      } else if (text_[at_] == '"' || (text_[at_] == '\'' && !after_name())) {
        blank_literal(text_[at_]);
      } else {
        result_ += text_[at_++];
      }
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  // The quote in 1'000 separates digits.
  [[nodiscard]] bool after_name() const { return at_ > 0 && is_name_character(text_[at_ - 1]); }

  void blank_one() {
    const char c = text_[at_++];
    result_ += c == '\n' ? '\n' : ' ';
  }

  void blank_to(std::size_t end) {
    while (at_ < std::min(end, text_.size())) blank_one();
  }

  void blank_until(std::string_view mark, std::size_t extra) {
    const auto found = text_.find(mark, at_ + extra);
    blank_to(found == std::string_view::npos ? text_.size() : found + extra);
  }

  void blank_raw_string() {
    const auto open = text_.find('(', at_);
    if (open == std::string_view::npos) return blank_to(text_.size());
    const std::string close = ')' + std::string(text_.substr(at_ + 2, open - at_ - 2)) + '"';
    const auto found = text_.find(close, open);
    blank_to(found == std::string_view::npos ? text_.size() : found + close.size());
  }

  void blank_literal(char quote) {
    result_ += text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\') blank_one();
      if (at_ < text_.size()) blank_one();
    }
    if (at_ < text_.size()) result_ += text_[at_++];
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string result_;
};

}  // namespace

std::string without_comments_and_literals(std::string_view text) { return Blanker(text).run(); }

}  // namespace voyages::style
