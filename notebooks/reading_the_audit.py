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
# # 读懂核查和逆交流专页 · Reading the audit and the reverse-flow page
#
# 方案能不能发，看核查。核查和编方案的程序互不相干：它不知道方案是谁编的、怎么编的，只拿数据、规则和名单，
# 把每一条规则、每一个数字重新数一遍。程序编的、手工编的、编好以后又改过的，都一样核查。
#
# 这份笔记教您读三样东西：一份通过的核查，一份不通过的核查，还有督导最爱看的那一页——逆交流专页。
#
# 一、一份通过的核查 · 二、盯住一条规则 · 三、一份手工改过的名单 · 四、从违反到原因 · 五、逆交流专页 · 六、三种读法 ·
# 七、发之前看什么

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、一份通过的核查 · An audit that passes
#
# 先把海棠区的方案编出来，看它的核查：

# %%
scenario = rp.load_scenario("../scenarios/haitang")
outcome = rp.make_plan(scenario)
outcome.audit

# %% [markdown]
# 从上往下读：
#
# - **抬头**只有两种：“通过”或“不通过”。违反任何一条必须遵守的规则，或者方案自报的数字和复核对不上，就是不通过。
# - **逐条结论**：左边是规则的编号和内容，“要点”是数出来的结果。“不适用”是说本区没有这条规则管的事，不是没有查。
# - **目标复核**：方案自己报了四个目标值，核查重新数一遍，“一致”才算数。
# - **还有没有可改进之处**：单独动一个人、两人对调、三人轮换，能不能更好。已经证明最优的，自然没有。
#
# 第一条 `plan` 和最后一条 `goals` 不是文件里的规则，是核查自己的：名单里有没有同一个人出现两次、学校代码写错之类。
#
# ## 二、盯住一条规则 · One rule, scope by scope
#
# 表里只写要点。想看一条规则逐校的情况，写它的编号。比如城区学校和优质学校每年不低于15%：

# %%
outcome.audit.rule("quota-quality")

# %% [markdown]
# 7所学校各自算：15%乘以符合条件的人数，不是整数的向上取整，所以只有2人符合条件的学校也至少要去1人。
#
# ## 三、一份手工改过的名单 · A list changed by hand
#
# 名单报上来，常有人改。这里的 `hand_made.csv` 就是从上面的方案改出来的，改动听起来都有道理：几所优质学校舍不得放骨干，
# 有4名骨干换成了同校的另一个人，3名骨干干脆留下了；有一所一般学校，倒是把派出的人换成了骨干。
# 只要有工号和交流学校代码两栏，就能核查：

# %%
changed = rp.audit(scenario, "hand_made.csv")
changed

# %% [markdown]
# 不通过，9处违反，第二张表逐处写明：要求多少、实际多少、差在哪里。
#
# ## 四、从违反到原因 · From a breach to its cause
#
# 9处违反其实是两件事：
#
# 1. **3个人留下，牵出7处。** 方案是一环扣一环的：有人来，才有人走。两名体育教师、一名语文教师不走，
#    本该由他们补的学校就缺一人（听涛镇初级中学、潮信路小学低于下限），他们留下的学校又多一人（海棠区实验学校、
#    海棠区实验中学高于上限，连编制也超了）。
# 2. **骨干不走了，牵出2处。** 交流的40人里骨干只剩4人，不到20%；从优质学校下去的骨干只剩2人，从一般学校流出的也有2人，
#    “不得逆交流”也就不成立了。
#
# 看骨干比例这一条：

# %%
changed.rule("quota-backbone")

# %% [markdown]
# 改回去不必猜：想留的人写进申诉表，让程序找出牵动最少的新方案，见 [appeal](appeal.ipynb)。
#
# ## 五、逆交流专页 · The reverse-flow page
#
# 文件要求：优质学校流向一般和薄弱学校的骨干教师，必须多于一般和薄弱学校流出的骨干教师。先看通过的那一份：

# %%
outcome.audit.reverse_flow[0]

# %% [markdown]
# - **层次之间的流动**：一行是从哪一层流出，一列是流到哪一层。第一行是优质学校流出的骨干：8人到一般学校、
#   1人到薄弱学校。
# - **各校交流前后**：只列有骨干进出的学校。优质学校减少、一般和薄弱学校增加，方向就对了。
#
# 同样的数字画成图，往右是增加，往左是减少，颜色是学校的层次：

# %%
outcome.pictures["balance"]

# %% [markdown]
# ## 六、三种读法 · Three readings
#
# 文件里“流出”两个字可以有不同的理解，第一张表把三种都列出来。再看手工改过的那一份：

# %%
changed.reverse_flow[0]

# %% [markdown]
# 这一份正好看出读法的分别：
#
# - **从严**：一般、薄弱学校的骨干，调到哪里都算流出（从一所一般学校到另一所一般学校也算）。2人对2人，没有“多于”，
#   不通过。
# - **只计流向高层次学校的**：往优质学校去的才算流出，一个也没有，通过。
# - **逐校**：受保护的学校骨干人数不减少就行，通过。
#
# 用哪一种由区里定，写在规则的 `reading` 里，督导问起来要答得出。海棠区用的是从严：从严通过了，
# “只计流向高层次学校的”一定也通过；逐校的要另外看。
#
# ## 七、发之前看什么 · Before it goes out
#
# 1. 抬头是“通过”。
# 2. “不适用”的几条，心里有数为什么不适用。
# 3. 逆交流专页三种读法都看过；只过得了宽的，要准备好依据。
# 4. 第一层目标不是0的，每一个没安排的人都有原因（在留任名单里）。
# 5. 名单改过一个字，就重新核查一次：`rp.audit(scenario, "名单.csv")`。
#
# 核查的全文写在方案文件夹的 `audit.md` 里，给督导的另有 `lists/inspectors.xlsx`。涉及健康、家庭的规则，核查只写数目，
# 不写人名。
#
# ---
#
# **In English.** Whether a plan may go out is the audit's word: it counts every rule and number again from data,
# rules and list alone, whoever made the list. An audit that passes, read from top to bottom; one rule school by
# school; a list changed by hand that breaks nine places, which are two causes; the reverse-flow page of both, where
# the hand-made list fails the strict reading and passes the two wider ones; and what to look at before a plan is told.
