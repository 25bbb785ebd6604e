# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 本市的规则：从一段条文到一个方案 · A new city's rules: from a clause to a plan
#
# 各地的文件不一样，程序里没有写死任何一个城市。换一个城市，要做的只是把文件里的话写成一个规则文件：一条规则一段，
# 有编号、有依据、有一句平常话，还有数字。写的人要懂文件，不必会编程；这份笔记带着走一遍。
#
# 一、读条文 · 二、对号入座 · 三、写第一条 · 四、让程序挑毛病 · 五、念给经办人听 · 六、放到本区数据上 · 七、编方案、
# 核查 · 八、换一个数

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、读条文 · Read the clause
#
# 假定市里的文件这样写（虚构）：
#
# > 城区学校专任教师，在同一学校任教满六年（支教时间不计），男五十周岁、女四十五周岁以下的，
# > 每年交流不低于符合条件教师的百分之十；担任毕业年级教学的除外。乡村教师满三年、本人申请的，可以参加。
# > 交流到乡村的不少于两年，期满可以回原校。任教时间长的先交流。接收学校不超编。
#
# 先问三件事：哪一句说**谁**（应当、可以、不得），哪一句说**多少**，哪一句说**去哪里、怎样去**。公示、奖惩、
# 程序之类方案管不着的话，不写。
#
# ## 二、对号入座 · Which kind is each phrase
#
# 规则一共二十几种，每一句话都能找到它的那一种：
#
# | 条文 | 规则种类 | 文件里留给区里定的 |
# |---|---|---|
# | 城区专任教师满六年……应当交流 | `duty` 应当交流 | “以下”含不含本数 |
# | 乡村教师满三年、本人申请的，可以参加 | `volunteer` 自愿参加 | |
# | 每年不低于百分之十 | `share` 比例 | 按学校算还是按全区算 |
# | 到乡村的不少于两年，期满可以回原校 | `modes` 交流方式 | 其余的是不是调动 |
# | 任教时间长的先交流 | `order` 先后次序 | 和谁比：同校同学科 |
# | 接收学校不超编 | `headcount` 编制 | |
#
# 拿不准哪一种，查 `rotation_planner/policy/GUIDE-WALKS.md` 末尾的对照表：“文件这样说——这样写”。右边一栏最要紧：
# 凡文件没有说死的，都由区里定，写进规则的“说明”（`comment`），让看方案的人看得见。
#
# ## 三、写第一条 · Write the first rule
#
# 规则文件是普通的文本文件，用记事本就能改。第一条“应当交流”写出来是这样：
#
# ```yaml
# - id: city-six
#   kind: duty
#   label: {zh: 城区满六年, en: six years in the city}
#   words: {zh: '城区学校专任教师在同一学校满{stay.at_least}年（支教不计），……应当交流', en: '...'}
#   source: 第二条
#   comment: {zh: “以下”含本数, en: the limits are inclusive}
#   who: {all: [{field: school.location, is: urban}, {field: full_time, is: true}]}
#   stay: {stay: {in: school, without: [support_teaching]}, at_least: 6}
#   ages: {M: 50, F: 45}
#   unless: {field: duties, contains: graduating_grade}
# ```
#
# `who` 是哪些人，`stay` 是满几年、哪些年不算，`ages` 是年龄上限，`unless` 是除外的人。话里的 `{stay.at_least}`
# 就是下面的6：数字只写一次，改了数字，话跟着变。
#
# ## 四、让程序挑毛病 · Let the program find the slips
#
# 第一稿难免写错。`our_city_draft.yaml` 里有两处：

# %%
rp.check_policy("our_city_draft.yaml")

# %% [markdown]
# 第几行、写的是什么、可以写什么，都有了：第19行的区域应写 `urban`（城区），第34行把规则的编号 `city-six` 写成了
# `city-6`。改好以后另存为 `our_city.yaml`：

# %%
rp.check_policy("our_city.yaml")

# %% [markdown]
# ## 五、念给经办人听 · Read it aloud
#
# 写得对不等于写得准。把程序实际执行的话念一遍，和文件对照：

# %%
rp.read_policy("our_city.yaml")

# %% [markdown]
# ## 六、放到本区数据上 · On the district's data
#
# 再看每一条在本区管着多少人。**一个人也管不到的规则要回头看**：多半是值写错了，或者那一栏没有填。

# %%
rp.check_policy("our_city.yaml", "../scenarios/haitang")

# %% [markdown]
# 海棠区符合“城区满六年”的有99人，今年有处可去的93人；比例的基数是99，百分之十就是至少10人。乡村自愿报名的只有2人。
#
# ## 七、编方案、核查 · Plan and audit
#
# 数据还是海棠区的数据，规则换成本市的：

# %%
scenario = rp.load_scenario("../scenarios/haitang", policy_file="our_city.yaml")
outcome = rp.make_plan(scenario)
outcome

# %% [markdown]
# 每一条规则都由独立的核查重新数过，“要求”和“实际”对得上：

# %%
outcome.audit

# %% [markdown]
# 10人，正好是百分之十：规则只要求不低于10%，目标又说“少动人”，程序就不会多动一个。第一层目标没有做到0，学科还缺17人；
# 下界也是17，就是说在这些规则之内，任何方案都补不上更多，要补只能靠招聘。
#
# ## 八、换一个数 · Change a number
#
# 条文里的“百分之十”是按全区算的。区里要是想提高到百分之二十，不必动市里的规则文件，只在本区这里调整（写进
# `scenario.yaml` 的 `adjust` 也一样）：

# %%
more = {"city-tenth": {"at_least": "20%"}}
stricter = rp.load_scenario("../scenarios/haitang", adjust=more, policy_file="our_city.yaml")
second = rp.make_plan(stricter)
second

# %% [markdown]
# 动的人多了一倍，学科缺额一个也没有少：提高比例补不了缺。两个方案有什么不同：

# %%
rp.compare(outcome.plan, second.plan)

# %% [markdown]
# 写好的规则文件可以交给别的区用。十二个现成的规则包（`rotation_planner/policy/packs`）也是这样写成的，其中有乡村学校、
# 校级领导、机关干部的写法，可以照抄；全部种类见 `GUIDE-RULES.md`。
#
# ---
#
# **In English.** No city is built in: its rules are one text file, written by somebody who knows the document and
# need not program. From an invented clause: which kind of rule each phrase is, what the document leaves open (and so
# goes into a comment), the first rule in full, a draft whose two slips are told with their lines, the rules read
# aloud, how many people each of them holds in the district, a plan and its audit, and the share raised from a tenth
# to a fifth by `adjust`.
