"""Templates that the bureau edits in Word: tags as docxtpl reads them, filled strictly, in a sandbox, text kept text.

A template is read once and compiled once; a letter then takes a few milliseconds. Every field it may use is known
beforehand (see `fields`), so a template with a misspelt field or a broken tag is refused when it is read, not at the
three-hundredth letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.report.papers.package import Parts, W, packed, parsed, read_package, text_parts

Values = Mapping[str, Any]
# How docxtpl writes braces that are meant as such.
LITERAL = {"{_{": "{{ '{{' }}", "}_}": "{{ '}}' }}", "{_%": "{{ '{%' }}", "%_}": "{{ '%}' }}"}
TAGS = re.compile(r"<[^>]*>")
BODY = re.compile(r"(?s)(.*<w:body[^>]*>)(.*?)(<w:sectPr(?:(?!<w:sectPr).)*</w:sectPr>\s*)?(</w:body>.*)")
# Between two letters: as low as a line can be, so that a full page is not followed by a blank one.
BREAK = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>'
)
SECTION_ORDER = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders",
    "lnNumType", "pgNumType",
)  # fmt: skip
# What may stand only once in a document and is left out where several letters become one.
ONCE = re.compile(r'<w:bookmark(?:Start|End)[^>]*/>| w14:(?:paraId|textId)="[^"]*"')


class _Unknown(StrictUndefined):
    """A field that is not there: whoever uses it learns its name."""

    def __init__(self, hint: Any = None, obj: Any = None, name: str | None = None, exc: Any = None) -> None:
        super().__init__(hint, obj, name, lambda _: UndefinedError(name or hint or ""))  # type: ignore[arg-type]


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True, undefined=_Unknown)
    environment.globals.clear()
    for name in ("safe", "xmlattr", "urlize"):  # text stays text
        environment.filters.pop(name, None)
    return environment


class PaperTemplate:
    """One template, ready to be filled.

    ``name`` is how problems call the file, ``sample`` the fields that it may use, with values to try it on (records of
    a list are mappings).

    Raises:
        InputError: every field that is not known, or a tag that is broken.
    """

    def __init__(self, content: bytes, name: str, sample: Values) -> None:
        self.name = name
        self.parts: Parts = read_package(content, name)
        self.main, *others = text_parts(self.parts)
        environment, self._fields = _environment(), _field_names(sample)
        problems: list[Problem] = []
        self._compiled: dict[str, Compiled] = {}
        for part in (self.main, *others):
            try:
                source = _source(self.parts[part])
                if part == self.main or any(mark in source for mark in ("{{", "{%", "{#")):
                    problems += self._unknown(environment, source, sample)
                    self._compiled[part] = environment.from_string(source)
            except TemplateSyntaxError as error:
                problems.append(self._broken(error.message or "", _line(source, error.lineno)))
        if problems:
            raise InputError(problems)
        self.document(sample)

    def _unknown(self, environment: SandboxedEnvironment, source: str, sample: Values) -> list[Problem]:
        tree = environment.parse(source)
        if next(tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)), None) is not None:
            raise TemplateSyntaxError("autoescape", 0)
        return [self._no_field(each) for each in sorted(meta.find_undeclared_variables(tree) - set(sample))]

    def _no_field(self, field: str) -> Problem:
        values = {"nearest": Nearest(field, self._fields), "allowed": ", ".join(self._fields)}
        return Problem(Severity.ERROR, "paper_template_field", self.name, None, field, field, values)

    def _broken(self, reason: str, near: str = "") -> Problem:
        values = {"reason": " ".join(reason.split())[:200], "near": near}
        return Problem(Severity.ERROR, "paper_template_syntax", self.name, None, None, near, values)

    # ---- filling -----------------------------------------------------------------------------------------------------

    def _filled(self, part: str, values: Values) -> str:
        """The part's XML with its tags filled."""
        try:
            text = self._compiled[part].render(_plain(values))
            # Whatever the tags did, what comes out must be a document.
            etree.fromstring(text.encode("utf-8"))
        except UndefinedError as error:
            raise InputError([self._no_field(str(error.message))]) from error
        except etree.XMLSyntaxError as error:
            raise InputError([self._broken("XML")]) from error
        except TemplateError as error:
            raise InputError([self._broken(error.message or type(error).__name__)]) from error
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise InputError([self._broken(f"{type(error).__name__}: {error}")]) from error
        return text.replace("\n<w:p", "<w:p")

    def document(self, values: Values) -> Parts:
        """The whole document for these values."""
        filled = {part: self._filled(part, values).encode("utf-8") for part in self._compiled}
        return {**self.parts, **filled}

    def file(self, values: Values, title: str) -> bytes:
        """The Word file for these values."""
        return packed(self.document(values), title)

    def merged(self, many: Iterable[Values], title: str) -> bytes:
        """One Word file of several documents, each on pages of its own, counted from one.

        Headers and footers are those of the first: a field that differs from letter to letter belongs into the text.
        """
        bodies: list[str] = []
        head = last = tail = ""
        document: Parts = {}
        for values in many:
            if not bodies:
                document = self.document(values)
            found = BODY.fullmatch(self._filled(self.main, values))
            if found is None:
                raise InputError([self._broken("w:body")])
            head, tail = head or found[1], tail or found[4]
            if bodies:
                bodies.append(BREAK.format(section=last))
            last = _restarting(found[3] or "<w:sectPr></w:sectPr>", head)
            bodies.append(ONCE.sub("", found[2]))
        whole = "".join([head, *bodies, last, tail])
        return packed({**document, self.main: whole.encode("utf-8")}, title)


def _restarting(section: str, head: str) -> str:
    """The section's settings for a letter: a new page, its pages counted from one; ``head`` declares the prefixes."""
    opened = re.search(r"<w:document[^>]*>", head)
    root = etree.fromstring(f"{opened[0] if opened else ''}{section}</w:document>")[0]
    for name in ("type", "pgNumType"):
        for each in root.findall(W + name):
            root.remove(each)
    for name, attribute, value in (("type", "val", "nextPage"), ("pgNumType", "start", "1")):
        before = {W + each for each in SECTION_ORDER[: SECTION_ORDER.index(name)]}
        added = etree.Element(W + name)
        added.set(W + attribute, value)
        root.insert(sum(each.tag in before for each in root), added)
    return etree.tostring(root, encoding="unicode")


def _source(content: bytes) -> str:
    """The part as the tags' engine reads it, one paragraph a line so that an error can tell its paragraph."""
    source = DocxTemplate("").patch_xml(etree.tostring(parsed(content), encoding="unicode").replace("\n", " "))
    for written, meant in LITERAL.items():
        source = source.replace(written, meant)
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def _line(source: str, number: int | None) -> str:
    """The text of the paragraph in which an error was found."""
    lines = source.split("\n")
    text = TAGS.sub("", lines[number - 1]) if number and number <= len(lines) else ""
    return text.strip()[:60]


def _field_names(sample: Values) -> list[str]:
    """The fields as a template names them; those of a list's records by the record's own name."""
    names: list[str] = []
    for key, value in sample.items():
        names.append(key)
        if isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            names += [f"row.{each}" for each in value[0]]
    return names


def _plain(value: Any) -> Any:
    """Values as the template sees them: texts that XML can hold, records whose fields are all they have."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, tuple)):
        return [SimpleNamespace(**_plain(each)) if isinstance(each, Mapping) else _plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def clean(text: str) -> str:
    """Text on one line without characters that a document cannot hold."""
    if text.isprintable():
        return text
    joined = " ".join(re.split(r"[\r\n\t\v\f\u2028\u2029]+", text))
    return "".join(c for c in joined if c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
