// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test of KSQL scripts, without any server.
 *
 * <p>On a method it makes a test of it: one that runs once, or with {@link #cases} once a case,
 * each of which must come out as its files say before the method's body runs. On a class it says
 * what holds for such methods that do not say it themselves. A parameter of type {@link
 * io.lastfive.ksqltest.driver.ScriptDriver}, of these methods and of ordinary tests in such a
 * class, is a new driver in which {@link #scripts} have run; it is closed after the test.
 *
 * <p>Paths are relative to the folder that the tests run in: with Maven the module's.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(KsqlTestExtension.class)
public @interface KsqlTest {
  /**
   * Files of statements, and folders of them such as a project's migrations/. Tests in
   * run-ksql-test's format bring their statements themselves.
   */
  String[] scripts() default {};

  /**
   * A folder of cases, a project that has some, or a file in run-ksql-test's format; see {@link
   * io.lastfive.ksqltest.script.ScriptTests}.
   */
  String cases() default "";
}
