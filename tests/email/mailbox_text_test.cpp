#include "email/mailbox_text.h"

#include <gtest/gtest.h>

#include "email/part.h"

namespace voyages::email {
namespace {

std::string shown(std::string_view text) {
  const auto mailbox = parse_mailbox(text);
  return mailbox ? show_mailbox(*mailbox) : "refused";
}

TEST(MailboxText, IsAnAddressWithOrWithoutAName) {
  EXPECT_EQ(shown("Desk@Shop.example"), "desk@shop.example");
  EXPECT_EQ(shown("Grace\u00A0Hopper's Desk <desk@shop.example>"), "Grace Hopper's Desk <desk@shop.example>");
  EXPECT_EQ(shown(" <desk@shop.example>"), "desk@shop.example");
  EXPECT_EQ(shown("desk@caf\u00E9.example"), "desk@xn--caf-dma.example");
}

TEST(MailboxText, RefusesANameThatDeceivesAndAnAddressThatIsNone) {
  for (const std::string_view text :
       {"Desk\u202E <desk@shop.example>", "D\u0435sk <desk@shop.example>", "De\x1Bsk <desk@shop.example>",
        "\u3164 <desk@shop.example>", "Desk\u2028X <desk@shop.example>", "Desk <desk@shop_one.example>",
        "Desk <desk@[192.0.2.9]>", "desk@shop.example(other.example)", "Desk <d\u200Besk@shop.example>"})
    EXPECT_EQ(shown(text), "refused") << text;
}

TEST(DefaultSender, IsAnAddressThatMailCanComeFromWhateverTheHost) {
  EXPECT_EQ(default_sender("id.example.com"), "noreply@id.example.com");
  EXPECT_EQ(default_sender("localhost"), "noreply@localhost");
  for (const auto* host : {"127.0.0.1", "192.168.1.5", "[::1]", "[fd00::5]"}) {
    EXPECT_EQ(default_sender(host), "noreply@localhost") << host;
  }
}

}  // namespace
}  // namespace voyages::email
