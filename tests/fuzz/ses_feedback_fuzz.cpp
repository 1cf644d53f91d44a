#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aws/ses/feedback.h"
#include "base/encoding.h"

// Whatever comes, what is taken from it is bounded and text.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto feedback = voyages::aws::ses::parse_feedback(input);
  if (!feedback) return 0;
  if (feedback->detail.size() > 500 || feedback->id.size() > 200 || feedback->recipients.size() > 50) std::abort();
  if (!voyages::is_utf8(feedback->detail) || feedback->detail.find('\n') != std::string::npos) std::abort();
  return 0;
}
