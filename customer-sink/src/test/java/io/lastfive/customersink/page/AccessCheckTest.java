// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import org.junit.jupiter.api.Test;

class AccessCheckTest {
  @Test
  void admitsEveryoneWhereNothingIsSet() {
    assertThat(AccessCheck.of(Settings.defaults()).asks()).isFalse();
  }

  @Test
  void admitsByTokenOnly() {
    AccessCheck check = AccessCheck.of(Settings.defaults().with(KnownSettings.PAGE_TOKEN, "t0ken"));

    assertThat(check.asks()).isTrue();
    assertThat(check.admits("Bearer t0ken")).isTrue();
    assertThat(check.admits("bearer t0ken")).isTrue();
    for (String wrong :
        new String[] {"Bearer T0ken", "Bearer t0ken ", "t0ken", "Bearer", "", null}) {
      assertThat(check.admits(wrong)).as(wrong).isFalse();
    }
  }

  @Test
  void refusesHalfOfWhatBasicAuthenticationNeeds() {
    assertThatThrownBy(
            () -> AccessCheck.of(Settings.defaults().with(KnownSettings.PAGE_USER, "ada")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "page.user is set and page.password is not: basic authentication needs both, or neither.");
    assertThatThrownBy(
            () -> AccessCheck.of(Settings.defaults().with(KnownSettings.PAGE_PASSWORD, "p")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "page.password is set and page.user is not: basic authentication needs both, or neither.");
    assertThatThrownBy(
            () ->
                AccessCheck.of(
                    Settings.defaults()
                        .with(KnownSettings.PAGE_USER, "a:b")
                        .with(KnownSettings.PAGE_PASSWORD, "p")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "page.user holds a colon, which basic authentication cannot carry. Set another name.");
  }
}
